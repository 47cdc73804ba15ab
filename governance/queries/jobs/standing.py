"""Whether a job is scheduled, what of it is due, and when it ran last."""

from datetime import datetime

from django.db.models import Max

from governance.models import JobRun, Schedule
from governance.queries.jobs import duetimes


def of(job: str) -> dict[str, str | None]:
    """Return when it is due in words, None where it is not or is off, and when its last run began, as ISO text."""
    schedule = Schedule.objects.in_force().filter(job=job, is_on=True).first()
    ended = JobRun.objects.filter(job=job, is_dry=False, finished_at__isnull=False)
    began = ended.order_by("-id").values_list("started_at", flat=True).first()
    return {
        f"{job}_schedule": schedule.words if schedule else None,
        f"{job}_ran_at": began.isoformat() if began else None,
    }


def left_out(job: str) -> list[str]:
    """Return the error tables that the schedule in force of a job leaves out. One query."""
    found = Schedule.objects.in_force().filter(job=job).values_list("leaves_out", flat=True)
    return found.first() or []


def due_moment(job: str, *, at: datetime) -> datetime | None:
    """Return the moment at which a job was due and that has no run yet, None where there is none.

    Runs of moments still to come, by a clock set back since, do not count.
    """
    claimed = JobRun.objects.filter(job=job, is_dry=False, due_at__lte=at)
    since = claimed.aggregate(last=Max("due_at"))["last"]
    versions = Schedule.objects.filter(job=job, enforced_at__isnull=False)
    if since is not None:
        versions = versions.exclude(ended_at__lte=since)
    return duetimes.due(versions, by=at, since=since)
