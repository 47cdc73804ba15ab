"""Keeping the counters of coverage short, and comparing them with what they count."""

from datetime import UTC, datetime, timedelta

from django.db import connection
from django.utils import timezone

from enrichment.models import CoverageCheck, Entity
from enrichment.queries.figures import drift
from governance.services import chores

FOLD = """SELECT enrichment.fold_statecount() + enrichment.fold_entitycount()
    + enrichment.fold_runcount()"""
RECOUNT = """SELECT enrichment.recount_statecount() + enrichment.recount_entitycount()
    + enrichment.recount_runcount()"""
# the hour of the night, in UTC, from which on a new check is due
NIGHT = 2
# how long a comparison of a million states may take
LONGEST = "10min"


def fold() -> int:
    """Merge the recorded changes into one row per combination; no sum changes. Returns the rows left."""
    return _number(FOLD)


def recount() -> int:
    """Begin anew from the rows and note that nothing differs any more; returns the rows left."""
    left = _number(RECOUNT)
    check()
    return left


def check() -> CoverageCheck:
    """Compare every counter with its rows and keep the result; health tells while the latest one names a difference."""
    found = drift.drift()
    return CoverageCheck.objects.create(differing=len(found), first=drift.first_of(found))


def check_nightly() -> bool:
    """Check once a night where there is anything to count; a night that nobody was there for is made up for later.

    Returns whether it was due.
    """
    due = _last_night(timezone.now())
    is_done = CoverageCheck.objects.filter(at__gte=due).exists()
    if is_done or not Entity.objects.exists():
        return False
    chores.alone(check, longest=LONGEST)
    return True


def _number(statement: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return int(cursor.fetchone()[0])


def _last_night(now: datetime) -> datetime:
    tonight = now.astimezone(UTC).replace(hour=NIGHT, minute=0, second=0, microsecond=0)
    return tonight if tonight <= now else tonight - timedelta(days=1)
