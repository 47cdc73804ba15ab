"""Reports of playbook runs: built once from what is stored, kept for good."""

from django.db import transaction

from governance.models import PlaybookRun, Report
from governance.reports import body


def ensure(run_id: int) -> Report | None:
    """Return the report of a run that has begun and ended, building it the first time; None while there is nothing to report, for an undo, or no such run."""
    with transaction.atomic():
        run = (
            PlaybookRun.objects.select_for_update(of=("self",))
            .select_related("version__playbook", "requester")
            .filter(pk=run_id)
            .first()
        )
        if run is None or run.undoes_id or run.started_at is None or run.finished_at is None:
            return None
        known = Report.objects.filter(run=run).first()
        if known is not None:
            return known
        found = body.build(run)
        return Report.objects.create(run=run, body=found, reconciled=found["reconciled"])


def ensure_all() -> int:
    """Build the reports that are missing, because whoever should have built them died; returns how many."""
    missing = PlaybookRun.objects.filter(
        started_at__isnull=False, finished_at__isnull=False, undoes=None, report=None
    ).values_list("pk", flat=True)
    return sum(ensure(run_id) is not None for run_id in list(missing))
