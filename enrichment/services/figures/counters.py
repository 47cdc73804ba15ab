"""Keeping the counters of coverage short, and comparing them with what they count."""

from django.db import connection

from enrichment.models import CoverageCheck
from enrichment.queries.figures import drift
from governance.services import chores

FOLD = """SELECT enrichment.fold_statecount() + enrichment.fold_entitycount()
    + enrichment.fold_runcount()"""
RECOUNT = """SELECT enrichment.recount_statecount() + enrichment.recount_entitycount()
    + enrichment.recount_runcount()"""
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


def check_alone() -> CoverageCheck:
    """Check in a transaction of its own that waits for nobody's lock, as the job of the night does."""
    found: CoverageCheck = chores.alone(check, longest=LONGEST)
    return found


def _number(statement: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return int(cursor.fetchone()[0])
