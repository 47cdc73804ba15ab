"""The watchdog of schedules: finished runs against due times, whoever starts them."""

import time
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.db.models import Max, OuterRef, Subquery
from django.utils import timezone

from governance.models import JobRun, Schedule
from governance.queries.jobs import duetimes
from outreach_admin.watch import pulses

MOST_NAMED = 3
SAID = (
    "job",
    "is_on",
    "every_minutes",
    "at",
    "weekday",
    "time_zone",
    "grace_minutes",
    "enforced_at",
    "ended_at",
)


@dataclass(frozen=True)
class Late:
    """A job that was due and has not ended; `run` is the number of one that has begun or waits."""

    job: str
    due_at: datetime
    by: timedelta
    run: int | None = None


def late(*, at: datetime | None = None, watched: timedelta | None = None) -> list[Late]:
    """Return the jobs whose last due moment has no finished run after its grace. One query.

    `watched` is how long somebody has been there to notice, as long as this process unless given:
    after an outage of everything a job has its grace anew.
    """
    with connection.cursor() as cursor:
        return _late(cursor, at=at or timezone.now(), watched=watched)


def _late(cursor: CursorWrapper, *, at: datetime, watched: timedelta | None) -> list[Late]:
    watched = timedelta(seconds=time.monotonic() - pulses.STARTED) if watched is None else watched
    found = []
    for one, last_due, run in _schedules(cursor, at):
        due_at = duetimes.due([one], by=at - one.grace, since=last_due)
        if due_at is not None and watched >= one.grace:
            found.append(Late(one.job, due_at, at - due_at, run))
    return found


def _schedules(
    cursor: CursorWrapper, at: datetime
) -> list[tuple[Schedule, datetime | None, int | None]]:
    """Read every schedule in force with the last due moment that has a finished run, and a run that has not ended, on this very connection."""
    finished = JobRun.objects.filter(
        job=OuterRef("job"), is_dry=False, finished_at__isnull=False, due_at__lte=at
    )
    last = finished.order_by().values("job").annotate(last=Max("due_at")).values("last")
    left = JobRun.objects.unfinished().filter(job=OuterRef("job"), is_dry=False).values("pk")[:1]
    asked = Schedule.objects.in_force().annotate(last_due=Subquery(last), left=Subquery(left))
    cursor.execute(
        *asked.order_by("job").values_list(*SAID, "last_due", "left").query.sql_with_params()
    )
    return [
        (Schedule(**dict(zip(SAID, said, strict=True))), last_due, run)
        for *said, last_due, run in cursor.fetchall()
    ]


def problem(cursor: CursorWrapper) -> str:
    """Say which jobs are late; empty while none is."""
    found = _late(cursor, at=timezone.now(), watched=None)
    if not found:
        return ""
    named = ", ".join(_said(one) for one in found[:MOST_NAMED])
    more = f" and {len(found) - MOST_NAMED} more" if len(found) > MOST_NAMED else ""
    return f"late: {named}{more}"


def _said(one: Late) -> str:
    run = f" (JR-{one.run} has not ended)" if one.run else ""
    return f"{one.job}, due {one.due_at:%Y-%m-%d %H:%M} UTC{run}"
