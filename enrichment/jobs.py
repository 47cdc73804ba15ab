"""The jobs of enrichment: silent runs, coverage by day, the night's check of its counters."""

from datetime import datetime

from django.utils import timezone

from enrichment.models import Entity
from enrichment.queries.figures import days as kept
from enrichment.queries.figures import drift
from enrichment.services import reaper
from enrichment.services.figures import counters, days
from governance.services.jobs.registry import Counts, Job


def _reap(at: datetime) -> Counts:
    return {"runs": reaper.reap()}


def _foresee(at: datetime) -> Counts:
    return {"runs": reaper.foresee()}


def _keep_days(at: datetime) -> Counts:
    return {"days": days.fill()}


def _days_missing(at: datetime) -> Counts:
    return {"days": len(kept.unkept(timezone.now().date(), most=days.LOOKS_BACK))}


def _check(at: datetime) -> Counts:
    """Compare where there is anything to count."""
    return {"counters that differ": counters.check_alone().differing} if _counts() else {}


def _foresee_check(at: datetime) -> Counts:
    return {"counters that differ": len(drift.drift())} if _counts() else {}


def _counts() -> bool:
    return Entity.objects.exists()


JOBS = (
    Job(
        "run_reaper",
        "Silent runs",
        "Gives up runs of workflows of which nobody has heard for too long.",
        work=_reap,
        forecast=_foresee,
    ),
    Job(
        "coverage_days",
        "Coverage by day",
        "Keeps how far each workflow had come at the end of each day that nobody kept yet.",
        work=_keep_days,
        forecast=_days_missing,
    ),
    Job(
        "coverage_check",
        "Coverage check",
        "Compares the counters of coverage with the rows; health tells what differs.",
        work=_check,
        forecast=_foresee_check,
    ),
)
