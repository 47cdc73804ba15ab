"""Companies that wait to be counted anew, because a transaction would have ended in a deadlock over their counts."""

from django.db.backends.utils import CursorWrapper

# housekeeping counts them each minute; longer waits who is held by somebody else, or by nobody's work
LATE = """
    SELECT count(DISTINCT waiting.id)
    FROM governance.readiness_due d, unnest(d.ids) AS waiting (id)
    WHERE d.at < now() - interval '5 minutes'"""


def problem(cursor: CursorWrapper) -> str:
    """Say how many have waited for over five minutes, empty where none has."""
    cursor.execute(LATE)
    (late,) = cursor.fetchone()
    if not late:
        return ""
    companies = "1 company has" if late == 1 else f"{late:,} companies have"
    return f"{companies} waited for over five minutes to be counted anew"
