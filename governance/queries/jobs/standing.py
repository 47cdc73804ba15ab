"""Whether a job is scheduled, and when it ran last."""

from governance.models import JobRun, Schedule


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
