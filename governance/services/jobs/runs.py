"""Running jobs: a run is written down, does each step for itself, and is carried on where its process died."""

import time
from datetime import datetime
from functools import partial

import structlog
from django.contrib.auth.models import User
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from governance.exceptions import JobRefused, NotPermitted
from governance.models import JobRun, JobStep, Schedule
from governance.queries.jobs import standing
from governance.services import workers
from governance.services.jobs import locks, registry, steps

log = structlog.get_logger(__name__)

RUN_TASK = "governance.tasks.run_job"
LONGEST_FAULT = 300
# of several who ask at once the first has a run, and the others are told of it
ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(5318041, hashtext(%s))"


def run(
    job: str,
    *,
    trigger: str,
    started_by: str,
    as_of: datetime | None = None,
    is_dry: bool = False,
) -> JobRun:
    """Run a job here to its end and return the run; runs that died before are carried on first.

    `as_of` is the moment it is for, now unless given: then it is also the run that was due and has
    not begun, if any. Raises JobRefused where there is no such job,
    it runs already, or it would delete for good ahead of the clock.
    """
    _refuse_unknown(job)
    with locks.held(registry.JOBS[job].lock) as mine:
        if not mine:
            raise JobRefused(
                f"{registry.JOBS[job].label} runs already.",
                what_to_do="Wait until it has ended; the jobs page shows it.",
            )
        if not is_dry:
            _carry_on_what_died(job)
        made = _take_on(job, trigger=trigger, started_by=started_by, as_of=as_of, is_dry=is_dry)
        _carry_out(made)
    return made


def claim(
    job: str,
    *,
    trigger: str,
    started_by: str,
    as_of: datetime | None = None,
    due_at: datetime | None = None,
    is_dry: bool = False,
) -> JobRun:
    """Write a run down with its steps; nothing is done yet. Raises JobRefused, and IntegrityError for a due moment that has one."""
    _refuse_unknown(job)
    if not is_dry:
        _refuse_deleting_ahead(job, as_of)
    with transaction.atomic():
        made = JobRun.objects.create(
            job=job,
            trigger=trigger,
            started_by=started_by,
            as_of=as_of or timezone.now(),
            due_at=due_at,
            is_dry=is_dry,
            schedule=_standing(job),
        )
        steps.make(made)
    return made


def _standing(job: str) -> Schedule | None:
    """Return the schedule in force of a job, or of the one that it runs within."""
    names = [job, registry.JOBS[job].within]
    return Schedule.objects.in_force().filter(job__in=names).first()


def _take_on(
    job: str, *, trigger: str, started_by: str, as_of: datetime | None = None, is_dry: bool
) -> JobRun:
    """Claim a run; one for real and for now is the one that was due, where nobody has begun that."""
    claiming = partial(claim, job, trigger=trigger, started_by=started_by)
    if is_dry or as_of:
        return claiming(as_of=as_of, is_dry=is_dry)
    try:
        with transaction.atomic():
            return claiming(due_at=standing.due_moment(job, at=timezone.now()))
    except IntegrityError:
        # the schedule was quicker
        return claiming()


def ask(job: str, *, by: User, is_dry: bool = False) -> JobRun:
    """Write a run down in a person's name and hand it to the workers; one that was due and has not begun is this one.

    Raises NotPermitted, and JobRefused while a run of the job waits or goes on.
    """
    if not (by.is_active and by.has_perm("governance.run_jobrun")):
        raise NotPermitted(
            "You may not run jobs.", what_to_do="Ask a person in the group that may."
        )
    _refuse_unknown(job)
    trigger, name = JobRun.Trigger.PERSON, by.get_username()
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(ONE_AT_A_TIME, [job])
        _refuse_second(job)
        made = _take_on(job, trigger=trigger, started_by=name, is_dry=is_dry)
        workers.send_on_commit(RUN_TASK, made.pk)
    return made


def _refuse_second(job: str) -> None:
    if under_way := JobRun.objects.filter(job=job, finished_at=None).first():
        raise JobRefused(f"{under_way} is under way.", what_to_do=f"Wait until {under_way} ended.")


def carry_on(run_id: int) -> bool:
    """Carry a claimed or interrupted run to its end; False where it has ended, or its job runs elsewhere."""
    found = JobRun.objects.filter(pk=run_id, finished_at=None).first()
    if found is None or found.job not in registry.JOBS:
        return False
    with locks.held(registry.JOBS[found.job].lock) as mine:
        found.refresh_from_db()
        if mine and not found.is_final:
            _carry_out(found)
        return mine


def after_retry(operation_id: int) -> JobRun | None:
    """Park what has used up its tries once a retry has ended; None where there is nothing, or the jobs run already."""
    if not steps.is_due(registry.AUTO_PARK):
        return None
    try:
        return run(
            registry.AUTO_PARK, trigger=JobRun.Trigger.RETRY, started_by=f"OP-{operation_id}"
        )
    except JobRefused:
        # the run under way parks it, or the next one
        log.info("auto-park left to another run", operation_id=operation_id)
        return None


def _carry_on_what_died(job: str) -> None:
    alike = [one.name for one in registry.JOBS.values() if one.lock == registry.JOBS[job].lock]
    for left in JobRun.objects.unfinished().filter(job__in=alike, is_dry=False):
        log.warning("run of a job carried on", run=str(left))
        _carry_out(left)


def _refuse_unknown(job: str) -> None:
    if job not in registry.JOBS:
        raise JobRefused(
            f"There is no job {job}.",
            what_to_do=f"Name one of {', '.join(registry.JOBS)}.",
        )


def _refuse_deleting_ahead(job: str, as_of: datetime | None) -> None:
    """Raise JobRefused where rows would go for good at a moment that has not come."""
    if as_of is not None and as_of > timezone.now() and registry.deletes(job):
        raise JobRefused(
            f"{registry.label_of(job)} deletes for good, and never ahead of the clock.",
            what_to_do="Look ahead by a dry run, or run it without a moment.",
        )


def _carry_out(made: JobRun) -> None:
    """Do what is left of a run. Call with its lock held."""
    made.state = JobRun.State.RUNNING
    made.started_at = made.started_at or timezone.now()
    made.save(update_fields=["state", "started_at"])
    for step in made.steps.filter(state=JobStep.State.WAITING):
        _do(step, made)
    _end(made)


def _do(step: JobStep, made: JobRun) -> None:
    """Do a step; one that fails says so, and keeps no other from its turn."""
    began = time.monotonic()
    step.run = made
    try:
        steps.do(step)
    except Exception as fault:
        log.exception("step of a job failed", run=str(made), job=step.job)
        step.state = JobStep.State.FAILED
        step.fault = _said(fault)
    else:
        step.state = JobStep.State.DONE
    step.seconds = time.monotonic() - began
    step.save()


def _end(made: JobRun) -> None:
    states = set(made.steps.values_list("state", flat=True))
    failed = JobStep.State.FAILED in states
    in_part = JobRun.State.IN_PART if JobStep.State.DONE in states else JobRun.State.FAILED
    made.state = in_part if failed else JobRun.State.DONE
    made.fault = " ".join(filter(None, made.steps.values_list("fault", flat=True)))[:LONGEST_FAULT]
    made.is_idle = _is_idle(made)
    made.finished_at = timezone.now()
    made.save(update_fields=["state", "fault", "is_idle", "finished_at"])


def _is_idle(made: JobRun) -> bool:
    """Whether it is one of many runs a day that found nothing: lists count these, and show the others."""
    if made.state != JobRun.State.DONE or made.trigger != JobRun.Trigger.SCHEDULE or made.is_dry:
        return False
    is_one_of_many = made.schedule is not None and made.schedule.is_frequent
    return is_one_of_many and not any(step.rows for step in made.steps.all())


def _said(fault: Exception) -> str:
    """Return the first line of what went wrong, of a group the first."""
    first = fault.exceptions[0] if isinstance(fault, ExceptionGroup) else fault
    line, *_ = str(first).splitlines() or [""]
    return f"{type(first).__name__}: {line}"[:LONGEST_FAULT]
