"""Jobs whose last run did not come to a good end, for health to tell."""

from django.db.backends.utils import CursorWrapper

MOST_NAMED = 3
# of each schedule in force the latest real run that has ended, by index
LAST = """
    SELECT s.job, r.id FROM governance_schedule s
    CROSS JOIN LATERAL (
        SELECT id, state FROM governance_jobrun
        WHERE job = s.job AND NOT is_dry AND finished_at IS NOT NULL ORDER BY id DESC LIMIT 1) r
    WHERE s.enforced_at IS NOT NULL AND s.ended_at IS NULL
        AND s.is_on AND r.state IN ('failed', 'done_in_part')
    ORDER BY s.job"""


def problem(cursor: CursorWrapper) -> str:
    """Say which scheduled jobs failed the last time, or did a part alone; empty while none did. One query."""
    cursor.execute(LAST)
    found = cursor.fetchall()
    if not found:
        return ""
    named = ", ".join(f"{job} (JR-{run})" for job, run in found[:MOST_NAMED])
    more = f" and {len(found) - MOST_NAMED} more" if len(found) > MOST_NAMED else ""
    return f"failed: {named}{more}"
