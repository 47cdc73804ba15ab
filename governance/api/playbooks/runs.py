"""Runs of playbooks: the list, planning one, each button of its page."""

from typing import Any, ClassVar

from django.db.models import Prefetch
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from governance.api.serializers.approvals import ApprovalSerializer
from governance.api.serializers.plans import NothingBody, RequestBody
from governance.api.serializers.playbooks import (
    RunBody,
    RunDetailSerializer,
    RunSerializer,
)
from governance.api.serializers.timeline import TimelineSerializer
from governance.exceptions import ApprovalRequired
from governance.filters.reports import RunFilter
from governance.models import Operation, Playbook, PlaybookRun, Report
from governance.queries import approvals
from governance.queries.operations import stamps, timeline
from governance.services.approvals import requests
from governance.services.playbooks import run_plans, runs
from governance.services.violations import MISSING_APPROVAL
from outreach_admin.api import bodies, versions
from outreach_admin.api.endpoints import Endpoint
from outreach_admin.api.lists import ListEndpoint, SearchEndpoint

SEE = "governance.view_playbook"
RUN = "governance.run_playbook"
WHOLE = {200: RunDetailSerializer}
PLANNED = {201: RunDetailSerializer}
RELATED = ("requester", "started_by", "version__playbook")
STEPS = Prefetch(
    "operations",
    Operation.objects.with_undo().select_related("requester", "actor").order_by("position"),
)
EXAMPLE = OpenApiExample(
    "Plan the clean-up",
    request_only=True,
    value={"playbook": "ops-backlog-cleanup", "note": "The backlog of the week."},
)


class RunListing(ListEndpoint):
    """Runs of playbooks, undos of runs included."""

    permission_required = SEE
    queryset = PlaybookRun.objects.select_related(*RELATED).prefetch_related(STEPS)
    filterset_class = RunFilter
    serializer_class = RunSerializer
    sorts = {"planned": "id"}
    default_sort = "-planned"


class RunList(RunListing):
    """Runs of playbooks by their filter; planning one."""

    scopes = {"POST": "triage"}
    rights = {"POST": RUN}
    # all rules read one state of the rows
    one_moment = True

    def check_keys(self, request: Request) -> None:
        """Refuse keys in the address of a plan."""
        if request.method == "POST":
            Endpoint.check_keys(self, request)

    @extend_schema(request=RunBody, responses=PLANNED, examples=[EXAMPLE])
    def post(self, request: Request) -> Response:
        """Plan a run of the newest version of a playbook: an operation a rule, all of one moment."""
        said = bodies.read(RunBody, request.data)
        playbook = Playbook.objects.filter(slug=said["playbook"]).first()
        if playbook is None:
            raise serializers.ValidationError({"playbook": ["There is no such playbook."]})
        run = run_plans.make(
            playbook.current,
            by=request.user,
            channel="api",
            note=said["note"],
        )
        return answer(found(run.pk), status=201)


class RunSearch(RunListing, SearchEndpoint):
    """Runs, by a filter in the body."""


class OfRun(Endpoint):
    """What is about one run."""

    permission_required: str | tuple[str, ...] = SEE


class RunDetail(OfRun):
    """One run."""

    @extend_schema(responses=WHOLE)
    def get(self, request: Request, pk: int) -> Response:
        """Read one run: its operations in order, its approval, its report."""
        return answer(found(pk))


class RunTimeline(OfRun):
    """What happened to one run."""

    @extend_schema(responses={200: TimelineSerializer})
    def get(self, request: Request, pk: int) -> Response:
        """List its moments, the newest first."""
        moments = timeline.of_run(found(pk))
        return Response(TimelineSerializer({"moments": moments}).data)


class RunAction(OfRun):
    """Something done to one run."""

    permission_required = RUN
    scope = "triage"
    body_class: ClassVar[type[bodies.Body]] = NothingBody
    refusals = (409, 412)

    def ready(self) -> tuple[PlaybookRun, dict[str, Any]]:
        """Find the run in the state that was seen, and read the body."""
        # without its operations: the service reads and locks them itself
        run = get_object_or_404(PlaybookRun, pk=self.kwargs["pk"])
        said = bodies.read(self.body_class, self.request.data)
        self.matching(tag_of(run))
        return run, said


class RunRequest(RunAction):
    """Ask somebody else to approve."""

    body_class = RequestBody

    @extend_schema(request=RequestBody, responses={201: ApprovalSerializer})
    def post(self, request: Request, pk: int) -> Response:
        """Ask for approval of the whole run; it starts as soon as somebody else approves."""
        run, said = self.ready()
        approval = requests.make(run, by=request.user, note=said["note"])
        return self.created(
            ApprovalSerializer(approval).data,
            location=reverse("api:approval-detail", args=[approval.pk]),
        )


class RunStart(RunAction):
    """Let a run begin."""

    @extend_schema(request=NothingBody, responses=WHOLE)
    def post(self, request: Request, pk: int) -> Response:
        """Start it; without the approval it needs it stays as it is (409, V-GATE-002)."""
        run, _ = self.ready()
        try:
            runs.start(run, by=request.user)
        except ApprovalRequired as refusal:
            # raised, it would take back what is on record under an idempotency key
            refusal.members = {"violation": MISSING_APPROVAL}
            return self.handle_exception(refusal)
        return answer(found(pk))


class RunCancel(RunAction):
    """End a run."""

    @extend_schema(request=NothingBody, responses=WHOLE)
    def post(self, request: Request, pk: int) -> Response:
        """Leave the rows and rules alone that are not done yet; what is done stays."""
        run, _ = self.ready()
        runs.cancel(run, by=request.user)
        return answer(found(pk))


class RunDiscard(RunAction):
    """Throw a run away that waits."""

    @extend_schema(request=NothingBody, responses=WHOLE)
    def post(self, request: Request, pk: int) -> Response:
        """Throw a run away that waits; nothing is changed."""
        run, _ = self.ready()
        runs.discard(run, by=request.user)
        return answer(found(pk))


class RunUndo(RunAction):
    """Plan the way back for all of a run."""

    @extend_schema(request=NothingBody, responses=PLANNED)
    def post(self, request: Request, pk: int) -> Response:
        """Plan the undo of all its operations, the last one first, as a run of its own."""
        run, _ = self.ready()
        back = run_plans.undo(run, by=request.user, channel="api")
        return answer(found(back.pk), status=201)


def found(key: int) -> PlaybookRun:
    """Find a run with its operations. Raises Http404."""
    known = PlaybookRun.objects.select_related(*RELATED).prefetch_related(STEPS)
    run = known.filter(pk=key).first()
    if run is None:
        raise Http404
    return run


def answer(run: PlaybookRun, status: int = 200) -> Response:
    """Answer with a run whole and the tag of its stamp."""
    headers = {"ETag": tag_of(run)}
    if status == 201:
        headers["Location"] = reverse("api:run-detail", args=[run.pk])
    return Response(whole(run), status=status, headers=headers)


def whole(run: PlaybookRun) -> dict[str, Any]:
    """Write all that a page says of it."""
    told: Any = run
    if run.state in run_plans.WAITING:
        approvals.policy_of(run)
    told.steps = list(run.operations.all())
    told.effect = approvals.effect_of(told.steps)
    told.asked = approvals.latest_of(run)
    told.undone_through = list(run.undos.order_by("-pk").values_list("pk", flat=True))
    told.report_id = Report.objects.filter(run=run).values_list("pk", flat=True).first()
    told.tiers = {
        "before": run.before.get("tiers", {}),
        "after": run.after.get("tiers", {}),
    }
    told.links = links_of(run, report=told.report_id)
    said: dict[str, Any] = RunDetailSerializer(run).data
    return said


def links_of(run: PlaybookRun, *, report: int | None) -> dict[str, str]:
    """Lead to what is told of it elsewhere."""
    links = {
        "timeline": reverse("api:run-timeline", args=[run.pk]),
        "playbook": reverse("api:playbook-detail", args=[run.version.playbook.slug]),
        "page": reverse("governance:run-detail", args=[run.pk]),
    }
    if report:
        links["report"] = reverse("api:report-detail", args=[report])
    return links


def tag_of(run: PlaybookRun) -> str:
    """Tag the state of a run, of what was asked for it last, and how much of it is paused."""
    return versions.tag_of("run", run.pk, stamps.of(run))
