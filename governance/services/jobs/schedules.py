"""Schedules: due moments are claimed, changes are proposed by one person and put in force by another."""

from datetime import datetime, timedelta
from typing import Any

import structlog
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from governance.exceptions import JobRefused, NotPermitted
from governance.models import ErrorTable, JobRun, Schedule
from governance.queries.jobs import standing
from governance.services import attribution, workers
from governance.services.jobs import registry, runs
from outreach_admin.db import zones

log = structlog.get_logger(__name__)

# a claimed run that nobody has taken up for so long is sent again
LEFT = timedelta(minutes=1)
BY_TABLE = ("holds", "leaves_out")
# what a version says, and the next one takes over unless it says otherwise
SAID = (
    "is_on",
    "every_minutes",
    "at",
    "weekday",
    "time_zone",
    "grace_minutes",
    *BY_TABLE,
)


def start_due(*, at: datetime | None = None) -> list[JobRun]:
    """Claim every due moment that has no run, and hand the runs to the workers; runs left behind are sent again.

    However many ask at once, a moment is claimed once. Returns the claimed runs.
    """
    at = at or timezone.now()
    found = [run for one in Schedule.objects.in_force() if (run := _claim(one, at))]
    left = JobRun.objects.unfinished().filter(claimed_at__lt=timezone.now() - LEFT)
    for run in (*found, *left):
        workers.send(runs.RUN_TASK, run.pk)
    return found


def _claim(schedule: Schedule, at: datetime) -> JobRun | None:
    if schedule.job not in registry.JOBS:
        return None
    moment = standing.due_moment(schedule.job, at=at)
    if moment is None:
        return None
    try:
        return runs.claim(
            schedule.job,
            trigger=JobRun.Trigger.SCHEDULE,
            started_by="schedule",
            due_at=moment,
        )
    except IntegrityError:
        log.info("due moment claimed by another", job=schedule.job, due_at=moment.isoformat())
        return None


def propose(job: str, *, by: User, **values: Any) -> Schedule:
    """Write down another version of a schedule; nothing changes until somebody else puts it in force.

    `values` are columns of Schedule; what is left out stays as it is in force. Raises NotPermitted, JobRefused (no
    such job, zone or table; the job knows no tables; one waits already; nothing would change).
    """
    _refuse_without_right(by, "governance.propose_schedule", "propose schedules")
    current = Schedule.objects.in_force().filter(job=job).first()
    if job not in registry.JOBS or current is None:
        raise JobRefused(f"There is no schedule of {job}.")
    kept = {name: getattr(current, name) for name in SAID}
    wanted = kept | {name: value for name, value in values.items() if name in SAID}
    if wanted == kept:
        raise JobRefused("Nothing would change.", what_to_do="Change a time, the zone or a table.")
    _refuse_tables(registry.JOBS[job], [name for name in BY_TABLE if wanted[name] != kept[name]])
    made = Schedule(job=job, proposed_by=by, reason=values.get("reason", ""), **wanted)
    _refuse_unsound(made)
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError as reason:
        raise JobRefused(
            "A change of this schedule waits already.",
            what_to_do="Have it put in force or withdrawn first.",
        ) from reason
    return made


def _refuse_tables(job: registry.Job, said: list[str]) -> None:
    """Raise JobRefused for what the schedule of a job does not say by error table: it would mean nothing."""
    if unknown := [name for name in said if name not in job.by_table]:
        raise JobRefused(
            f"The schedule of {job.name} says nothing of tables by “{unknown[0]}”.",
            what_to_do=f"It knows {' and '.join(job.by_table)}."
            if job.by_table
            else "Leave it out.",
        )


def _refuse_unsound(made: Schedule) -> None:
    if made.time_zone not in zones.known():
        raise JobRefused(
            f"There is no time zone {made.time_zone}.", what_to_do="Name one as Europe/Berlin."
        )
    known = set(ErrorTable.objects.values_list("name", flat=True))
    if unknown := sorted({*made.holds, *made.leaves_out} - known):
        raise JobRefused(f"There is no error table {', '.join(unknown)}.")
    try:
        made.clean_fields()
        made.validate_constraints(exclude=["job"])
    except ValidationError as wrong:
        raise JobRefused(
            f"This is no schedule: {' '.join(wrong.messages)}",
            what_to_do="Give minutes, or a time and at most one day of the week.",
        ) from wrong


def enforce(proposal: Schedule, *, by: User, channel: str = "browser") -> Schedule:
    """Put a proposed version in force, in place of the one that is, from this moment on; its tables hold expired blockers.

    Raises NotPermitted (whoever proposed it included), JobRefused where it waits no more.
    """
    _refuse_without_right(by, "governance.enforce_schedule", "put schedules in force")
    with transaction.atomic():
        current = _waiting(proposal)
        if current.proposed_by_id == by.pk:
            raise NotPermitted(
                "You proposed it: somebody else puts it in force.",
                what_to_do="Ask another manager.",
            )
        now = timezone.now()
        Schedule.objects.in_force().filter(job=current.job).update(ended_at=now)
        current.enforced_by, current.enforced_at = by, now
        current.save(update_fields=["enforced_by", "enforced_at"])
        attribution.attribute(by=by, reason=current.reason, channel=channel)
        _hold(current)
    return current


def _hold(schedule: Schedule) -> None:
    """Let exactly the tables that it names hold expired blockers, where it is about errors."""
    if schedule.job == registry.DAILY:
        tables = ErrorTable.objects.all()
        tables.filter(name__in=schedule.holds, holds_expired=False).update(holds_expired=True)
        tables.exclude(name__in=schedule.holds).filter(holds_expired=True).update(
            holds_expired=False
        )


def withdraw(proposal: Schedule, *, by: User) -> None:
    """End a proposal that waits: who proposed it, or who could put it in force. Raises NotPermitted, JobRefused."""
    refuse_others(by, proposal)
    with transaction.atomic():
        current = _waiting(proposal)
        current.ended_at = timezone.now()
        current.save(update_fields=["ended_at"])


def refuse_others(user: User, proposal: Schedule) -> None:
    """Raise NotPermitted for who has neither proposed it nor could put it in force."""
    if proposal.proposed_by_id != user.pk:
        _refuse_without_right(user, "governance.enforce_schedule", "withdraw this")


def _waiting(proposal: Schedule) -> Schedule:
    found = Schedule.objects.proposed().select_for_update().filter(pk=proposal.pk).first()
    if found is None:
        raise JobRefused(
            "This proposal waits no more.", what_to_do="Look at the schedule as it is."
        )
    return found


def _refuse_without_right(user: User, right: str, what: str) -> None:
    if not (user.is_active and user.has_perm(right)):
        raise NotPermitted(f"You may not {what}.", what_to_do="Ask a manager.")
