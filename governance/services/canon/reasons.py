"""Why somebody stops a tool, lets it go on, or puts a version in force: asked for at each of these doors."""

from governance.exceptions import StateRefused
from outreach_admin.db.limits import PROSE


def tidy(reason: str) -> str:
    """Return a reason in one line. Raises StateRefused where it says nothing, or too much."""
    words = " ".join(reason.replace("\0", "\ufffd").split())
    if not 0 < len(words) <= PROSE:
        raise StateRefused(
            f"This needs a reason of at most {PROSE:,} characters.",
            what_to_do="Say why in a sentence.",
        )
    return words
