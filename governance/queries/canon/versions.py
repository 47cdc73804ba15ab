"""Versions of the canon beside each other: what one changes of another, and when each was put in force."""

from typing import NamedTuple

from governance.models import CanonVersion, Event
from governance.queries import people
from governance.queries.canon import kept
from governance.toolbox import differences, reading
from governance.toolbox.differences import Change

SHOWN = 20
UNREADABLE = "This version of the console does not understand version {}: {}"


class Compared(NamedTuple):
    """What a version changes of another; `trouble` says why nobody can know."""

    old: CanonVersion
    changes: list[Change]
    trouble: str = ""


class Enforcement(NamedTuple):
    """One time that a version was put in force; `by` is empty where it came from outside the console."""

    event: Event
    by: str


def compared(old: CanonVersion, new: CanonVersion) -> Compared:
    """Say what `new` changes of `old`."""
    read = []
    for version in (old, new):
        try:
            read.append(kept.compiled(version.sha256))
        except reading.CanonUnread as unread:
            trouble = UNREADABLE.format(version.version, unread.problems[0])
            return Compared(old, [], trouble)
    return Compared(old, differences.between(*read))


def before(version: CanonVersion) -> CanonVersion | None:
    """Return the version that it is best read beside: the one in force, else the one before it."""
    in_force = kept.listed().enforced().first()
    if in_force is not None and in_force != version:
        return in_force
    return kept.listed().filter(version__lt=version.version).first()


def enforcements(version: CanonVersion) -> list[Enforcement]:
    """Return when it was put in force, the latest first."""
    found = Event.objects.filter(
        subject_type="governance_canonversion",
        subject_key=str(version.pk),
        # of a version nothing else changes
        action="UPDATE",
    )
    events = list(found.order_by("-id")[:SHOWN])
    names = people.names(event.actor for event in events if event.actor)
    return [Enforcement(event, names.get(event.actor or "", event.actor or "")) for event in events]
