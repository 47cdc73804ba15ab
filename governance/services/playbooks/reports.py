"""Reports of playbook runs: built once from what is stored, kept for good."""

from django.db import connection, transaction

from governance.models import PlaybookRun, Report
from governance.reports import body
from governance.services import chores

# the class of advisory locks that stand for the report of a run
REPORT = 5_318_012
LONGEST, LOCK_WAIT = "120s", "5s"


def ensure(run_id: int, *, waits: bool = True) -> Report | None:
    """Return the report of a run that has begun and ended, building it the first time.

    None while there is nothing to report, for an undo, when there is no such run, and, unless it
    `waits`, while somebody else builds it.
    """
    with transaction.atomic():
        if not _lock(run_id, waits=waits):
            return None
        known = Report.objects.filter(run_id=run_id).first()
        if known is not None:
            return known
        run = (
            PlaybookRun.objects.select_related("version__playbook", "requester")
            .filter(pk=run_id, started_at__isnull=False, finished_at__isnull=False, undoes=None)
            .first()
        )
        return _build(run) if run is not None else None


def ensure_all() -> int:
    """Build the reports that are missing, because whoever should have built them died; returns how many."""
    missing = PlaybookRun.objects.filter(
        started_at__isnull=False, finished_at__isnull=False, undoes=None, report=None
    ).values_list("pk", flat=True)
    return chores.each(list(missing), lambda run_id: ensure(run_id, waits=False))


def _lock(run_id: int, *, waits: bool) -> bool:
    """Lock the report, not its run: whoever reads or steers the run goes on meanwhile."""
    wanted = "pg_advisory_xact_lock" if waits else "pg_try_advisory_xact_lock"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {wanted}(%s, %s)::text <> 'false'", [REPORT, run_id])
        (mine,) = cursor.fetchone()
    return bool(mine)


def _build(run: PlaybookRun) -> Report:
    """Count and keep it. What the run wrote a moment ago has no statistics: a nested loop over it takes minutes."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_nestloop = off")
    chores.limit(longest=LONGEST, lock_wait=LOCK_WAIT)
    found = body.build(run)
    return Report.objects.create(run=run, body=found, reconciled=found["reconciled"])
