"""Jobs as their page shows them: schedule, last run, usual length, lateness. So many queries however many runs there are."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from statistics import median

from django.db import connection
from django.db.models import OuterRef, QuerySet, Subquery

from governance.models import JobRun, Lapse, OpenedGate, Schedule
from governance.queries.jobs import duetimes, lateness

USUAL = 14
LAPSES_SHOWN, WEEK = 10, timedelta(days=7)
# of each job that has a schedule the latest real runs, by index
LATEST = """
    SELECT r.id, r.job, r.state, r.started_at, r.finished_at FROM unnest(%s::text[]) j (name)
    CROSS JOIN LATERAL (
        SELECT id, job, state, started_at, finished_at FROM governance_jobrun
        WHERE job = j.name AND NOT is_dry ORDER BY id DESC LIMIT %s) r"""


@dataclass
class Ran:
    """What is known of the runs of a job, the newest first; `proposal` waits for somebody else."""

    schedule: Schedule | None = None
    next_at: datetime | None = None
    late: lateness.Late | None = None
    proposal: Schedule | None = None
    runs: list[JobRun] = field(default_factory=list)

    @property
    def last(self) -> JobRun | None:
        return self.runs[0] if self.runs else None

    @property
    def seconds(self) -> list[float]:
        """What each run took that has ended, the newest first."""
        found = [run.seconds for run in self.runs]
        return [one for one in found if one is not None]

    @property
    def took(self) -> float | None:
        """Seconds of the last run that has ended."""
        return self.seconds[0] if self.seconds else None

    @property
    def usual(self) -> float | None:
        """Seconds that its runs take, in the middle; None before there were three."""
        known = self.seconds
        return median(known) if len(known) > 2 else None


@dataclass
class Listed(Ran):
    """A job with the schedule that is in force."""

    schedule: Schedule = field(kw_only=True)


def listed(*, at: datetime) -> list[Listed]:
    """Return every schedule in force, with its people. Four queries."""
    people = Schedule.objects.select_related("proposed_by", "enforced_by")
    schedules = list(people.in_force().order_by("job"))
    runs = _latest([one.job for one in schedules])
    late = {one.job: one for one in lateness.late(at=at)}
    proposals = {one.job: one for one in Schedule.objects.proposed().select_related("proposed_by")}
    return [
        Listed(
            schedule=one,
            next_at=duetimes.following(one, at) if one.is_on else None,
            late=late.get(one.job),
            proposal=proposals.get(one.job),
            runs=runs.get(one.job, []),
        )
        for one in schedules
    ]


def unscheduled(jobs: Iterable[str]) -> dict[str, Ran]:
    """Return the runs of jobs that have no schedule, by name. One query."""
    names = list(jobs)
    runs = _latest(names)
    return {name: Ran(runs=runs.get(name, [])) for name in names}


def lapses(*, at: datetime) -> QuerySet[Lapse]:
    """Return what was noticed to be late within a week, the last ten, each with the number of the run that made up for it. One query."""
    made_up = JobRun.objects.filter(
        job=OuterRef("job"),
        is_dry=False,
        finished_at__isnull=False,
        due_at__gte=OuterRef("due_at"),
    )
    first = made_up.order_by("due_at").values("pk")[:1]
    noticed = Lapse.objects.filter(noticed_at__gte=at - WEEK)
    return noticed.annotate(made_up_by=Subquery(first))[:LAPSES_SHOWN]


def _latest(jobs: Iterable[str]) -> dict[str, list[JobRun]]:
    found: dict[str, list[JobRun]] = {}
    with connection.cursor() as cursor:
        cursor.execute(LATEST, [list(jobs), USUAL])
        for pk, job, state, started_at, finished_at in cursor.fetchall():
            run = JobRun(
                pk=pk,
                job=job,
                state=state,
                started_at=started_at,
                finished_at=finished_at,
            )
            found.setdefault(job, []).append(run)
    return found


def to_review() -> int:
    """Count the companies whose gate opened through expiry and that nobody has looked at."""
    return OpenedGate.objects.filter(reviewed_at=None).count()


def newest_to_review() -> int | None:
    """Return the number of the last run that opened a gate which nobody has looked at."""
    left = OpenedGate.objects.filter(reviewed_at=None).order_by("-run_id")
    return left.values_list("run_id", flat=True).first()
