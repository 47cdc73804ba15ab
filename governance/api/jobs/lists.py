"""Jobs: when each is due, how it went, whether it is late."""

from datetime import datetime
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from governance.api.serializers.jobs.jobs import JobSerializer, JobsSerializer
from governance.models import Schedule
from governance.queries.jobs import listed
from governance.services.jobs import registry
from outreach_admin.api import versions
from outreach_admin.api.endpoints import Endpoint
from outreach_admin.exceptions import Refused

SEE = "governance.view_jobrun"


class JobList(Endpoint):
    """Every job."""

    permission_required = SEE

    @extend_schema(responses={200: JobsSerializer})
    def get(self, request: Request) -> Response:
        """List every job, those of no schedule too: when it is due, its last run, whether it is late.

        Beside them what was late within a week, and how many companies wait to be looked at.
        """
        at = timezone.now()
        page = {
            "results": told(at=at),
            "lapses": listed.lapses(at=at),
            "gates_to_review": listed.to_review(),
            "newest_to_review": listed.newest_to_review(),
            "next": None,
            "previous": None,
        }
        return Response(JobsSerializer(page).data)


class OfJob(Endpoint):
    """What is about one job, named in the address."""

    def job(self) -> registry.Job:
        """Find it. Raises Refused (404)."""
        name = self.kwargs["job"]
        if name in registry.JOBS:
            return registry.JOBS[name]
        raise Refused(
            f"There is no job {name[:60]}.",
            what_to_do=f"Name one of {', '.join(registry.JOBS)}.",
            status=404,
        )


class JobDetail(OfJob):
    """One job."""

    permission_required = SEE

    @extend_schema(responses={200: JobSerializer})
    def get(self, request: Request, job: str) -> Response:
        """Read one job: when it is due, what is proposed, its last run."""
        name = self.job().name
        (one,) = (one for one in told(at=timezone.now()) if one["name"] == name)
        tag = tag_of(one["schedule"], one["proposal"])
        return Response(JobSerializer(one).data, headers={"ETag": tag})


def told(*, at: datetime) -> list[dict[str, Any]]:
    """Tell of every job, and of schedules whose job is no longer there. So many queries for any number of runs."""
    scheduled = {one.schedule.job: one for one in listed.listed(at=at)}
    rest = listed.unscheduled(name for name in registry.JOBS if name not in scheduled)
    gone = [name for name in scheduled if name not in registry.JOBS]
    return [written(name, scheduled.get(name) or rest[name]) for name in (*registry.JOBS, *gone)]


def written(name: str, one: listed.Ran) -> dict[str, Any]:
    """Write a job; of one that is no longer there what its schedule and runs say."""
    job = registry.JOBS.get(name)
    steps = registry.steps_of(name) if job else []
    return {
        "name": name,
        "label": registry.label_of(name),
        "means": job.means if job else "",
        "within": job.within if job else "",
        "steps": [step.name for step in steps if step is not job],
        "by_table": job.by_table if job else (),
        "deletes": bool(job) and registry.deletes(name),
        "schedule": one.schedule,
        "proposal": one.proposal,
        "next_at": one.next_at,
        "late": one.late,
        "last": one.last,
        "took": one.took,
        "usual": one.usual,
    }


def tag_of(schedule: Schedule | None, proposal: Schedule | None) -> str:
    """Tag what is in force of a job, and what is proposed."""
    return versions.tag_of(*(one.pk if one else None for one in (schedule, proposal)))
