"""Schedules: a change is proposed by one person and put in force by another."""

from typing import Any

from django.http import Http404
from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from governance.api.jobs.lists import OfJob
from governance.api.jobs.lists import tag_of as tag_of_job
from governance.api.serializers.jobs.schedules import ChangeScheduleBody, ScheduleSerializer
from governance.api.serializers.plans import NothingBody
from governance.models import Schedule, Token
from governance.services.jobs import schedules
from outreach_admin.api import bodies, versions
from outreach_admin.api.endpoints import Endpoint

WHOLE = {200: ScheduleSerializer}
PROPOSE = "governance.propose_schedule"


class JobSchedule(OfJob):
    """Change the schedule of a job."""

    permission_required = PROPOSE
    scope = Token.Scope.TRIAGE
    refusals = (412,)

    @extend_schema(request=ChangeScheduleBody, responses={201: ScheduleSerializer})
    def post(self, request: Request, job: str) -> Response:
        """Propose another schedule, or switch the job off or on: it holds once somebody else puts it in force.

        `If-Match` names the state of the job that was read.
        """
        name = self.job().name
        said = bodies.read(ChangeScheduleBody, request.data)
        self.matching(_state_of(name))
        by: Any = request.user
        made = schedules.propose(name, by=by, **said)
        location = reverse("api:schedule-detail", args=[made.pk])
        return self.created(ScheduleSerializer(found(made.pk)).data, location=location)


class ScheduleDetail(Endpoint):
    """One version of a schedule."""

    permission_required = "governance.view_jobrun"

    @extend_schema(responses=WHOLE)
    def get(self, request: Request, pk: int) -> Response:
        """Read one version of a schedule: what it says, who proposed it, who put it in force."""
        return answer(found(pk))


class ScheduleAction(Endpoint):
    """Something done to a proposed version."""

    refusals = (409, 412)

    def ready(self) -> Schedule:
        """Find it in the state that was seen, and refuse a body that says anything."""
        proposal = found(self.kwargs["pk"])
        bodies.read(NothingBody, self.request.data)
        self.matching(tag_of(proposal))
        return proposal


class ScheduleEnforce(ScheduleAction):
    """Put it in force."""

    permission_required = "governance.enforce_schedule"
    scope = Token.Scope.APPROVE

    @extend_schema(request=NothingBody, responses=WHOLE)
    def post(self, request: Request, pk: int) -> Response:
        """Put in force what somebody else proposed, in place of what was; its tables hold expired blockers."""
        by: Any = request.user
        schedules.enforce(self.ready(), by=by, channel="api")
        return answer(found(pk))


class ScheduleWithdraw(ScheduleAction):
    """End a proposal."""

    permission_required = PROPOSE
    scope = Token.Scope.TRIAGE

    @extend_schema(request=NothingBody, responses=WHOLE)
    def post(self, request: Request, pk: int) -> Response:
        """Withdraw what waits: who proposed it may, and who could put it in force."""
        by: Any = request.user
        schedules.withdraw(self.ready(), by=by)
        return answer(found(pk))


def found(pk: int) -> Schedule:
    """Find a version with its people. Raises Http404."""
    known = Schedule.objects.select_related("proposed_by", "enforced_by")
    one = known.filter(pk=pk).first()
    if one is None:
        raise Http404
    return one


def answer(one: Schedule) -> Response:
    """Answer with a version and the tag of its state."""
    return Response(ScheduleSerializer(one).data, headers={"ETag": tag_of(one)})


def tag_of(one: Schedule) -> str:
    """Name its state: what it says never changes."""
    return versions.tag_of(one.pk, one.enforced_at, one.ended_at)


def _state_of(job: str) -> str:
    """Name what is in force of a job, and what is proposed."""
    versions_of = Schedule.objects.filter(job=job)
    return tag_of_job(versions_of.in_force().first(), versions_of.proposed().first())
