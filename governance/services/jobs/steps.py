"""One step of a run: planned and done as an operation, or as the work of a job."""

from django.db import transaction
from django.utils import timezone

from governance.exceptions import JobRefused, StateRefused
from governance.models import JobRun, JobStep, Operation
from governance.queries.jobs import counts
from governance.services.jobs import accounts, gates, registry
from governance.services.operations import plans, records, runner, steering

CHANNEL = "job"
SCOPE = "job"
DRY = "Dry run: nothing was changed."
REFUSED = "Each of its rows is refused: nothing was to do."


def make(run: JobRun) -> None:
    """Write the steps of a run down, in their order."""
    parts = [
        (job.name, part.verb if part else "")
        for job in registry.steps_of(run.job)
        for part in job.parts or [None]
    ]
    JobStep.objects.bulk_create(
        JobStep(run=run, position=place, job=job, verb=verb)
        for place, (job, verb) in enumerate(parts)
    )


def do(step: JobStep) -> None:
    """Do a step and keep its counts on it; what was begun is carried to its end.

    Raises JobRefused where its job is no longer there or cannot run dry, StateRefused where its
    operation is held, and whatever its work raises.
    """
    job = registry.JOBS.get(step.job)
    if job is None:
        raise JobRefused(f"There is no job {step.job} any more.")
    if step.verb:
        before = step.run.steps.filter(job=step.job, position__lt=step.position).count()
        _change(step, job.parts[before])
    else:
        _work(step, job)


def _work(step: JobStep, job: registry.Job) -> None:
    work = job.forecast if step.run.is_dry else job.work
    if work is None and step.run.is_dry:
        raise JobRefused(f"{job.label} cannot run dry.")
    step.counts = dict(work(step.run.as_of)) if work else {}


def _change(step: JobStep, part: registry.Part) -> None:
    if step.operation is None:
        _plan(step, part)
    if step.operation is None or step.run.is_dry or not step.operation.eligible:
        return
    _carry_out(step.operation)
    step.counts, step.levels = counts.changed(step.operation)
    gates.settle(step.run)
    _refuse_unless_done(step.operation)


@transaction.atomic
def _plan(step: JobStep, part: registry.Part) -> None:
    """Freeze the rows that are selected; what is not to be done is closed at once. None where there are no rows."""
    current = JobStep.objects.select_for_update().get(pk=step.pk)
    step.operation = current.operation
    rows = part.rows(step.run.as_of)
    if current.operation is not None or not rows.exists():
        return
    operation = plans.make(
        part.verb,
        by=accounts.of(step.job),
        rows=rows,
        scope=SCOPE,
        channel=CHANNEL,
        remark=f"{step.run.reference}: {registry.label_of(step.job)}",
        as_of=step.run.as_of,
        **part.asked(step.run.as_of),
    )
    step.operation = operation
    _settle(step, operation)
    step.save(update_fields=["operation", "counts", "levels"])


def _settle(step: JobStep, operation: Operation) -> None:
    """Foresee what a plan opens; close one of a dry run, and one of which nothing can be done."""
    if step.run.is_dry:
        step.counts, step.levels = counts.planned(operation)
        records.close(operation, Operation.State.CANCELLED, note=DRY)
    elif operation.eligible:
        gates.foresee(operation, step.run)
    else:
        records.close(operation, Operation.State.CANCELLED, note=REFUSED)


def _carry_out(operation: Operation) -> None:
    """Run it to its end here; workers may help, none is needed."""
    if operation.state in Operation.WAITING_STATES:
        steering.start(operation, by=operation.requester)
    runner.finish(operation)


def _refuse_unless_done(operation: Operation) -> None:
    """Raise StateRefused where rows failed, or it stands still: what was changed is counted by then."""
    if operation.state != Operation.State.DONE:
        raise StateRefused(
            f"{operation} is {operation.get_state_display().lower()}. {operation.state_note}".strip()
        )
    if operation.failed:
        raise StateRefused(f"{operation.failed:,} rows of {operation} failed.")


def is_due(name: str) -> bool:
    """Whether a job would change any row now."""
    now = timezone.now()
    parts = [part for job in registry.steps_of(name) for part in job.parts]
    return any(part.rows(now).exists() for part in parts)
