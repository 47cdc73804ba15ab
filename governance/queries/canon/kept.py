"""The versions of the canon as pages read them: the one in force as the database has it now, any of them compiled.

Whoever makes a call asks current.py instead, which holds what it knows for a second.
"""

from functools import lru_cache
from typing import NamedTuple

from governance.models import CanonVersion
from governance.models.canon.versions import CanonVersionQuerySet
from governance.queries.canon import current
from governance.toolbox import reading
from governance.toolbox.entries import Canon

MOST_HELD = 64


class InForce(NamedTuple):
    """What is in force; without a canon `trouble` says why nobody may call a tool."""

    version: CanonVersion | None
    canon: Canon | None
    trouble: str = ""


def in_force() -> InForce:
    """Read the version that was enforced last."""
    version = listed().enforced().first()
    if version is None:
        return InForce(None, None, current.NONE_IN_FORCE)
    try:
        return InForce(version, compiled(version.sha256))
    except reading.CanonUnread as unread:
        trouble = current.NOT_UNDERSTOOD.format(unread.problems[0])
        return InForce(version, None, trouble)


def listed() -> CanonVersionQuerySet:
    """Give every version with its people, without its text."""
    return CanonVersion.objects.select_related("loaded_by", "enforced_by").defer("text")


@lru_cache(maxsize=MOST_HELD)
def compiled(sha256: str) -> Canon:
    """Read the version of this digest. Raises CanonUnread where this console does not understand it."""
    text = CanonVersion.objects.values_list("text", flat=True).get(sha256=sha256)
    return reading.read(text, name="the text")
