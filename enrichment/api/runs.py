"""Runs: the list, opening one, keeping it alive, ending it."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.http import Http404
from django.urls import reverse
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from enrichment import policies
from enrichment.api.serializers.runs import (
    AnswerSerializer,
    CancelBody,
    CloseBody,
    EnrichmentRunSerializer,
    OpenBody,
    OriginBody,
    origin_of,
    result_of,
)
from enrichment.filters.runs import RunFilter
from enrichment.models import Run
from enrichment.queries import runs as shown
from enrichment.services import runs
from enrichment.services.runs import AlreadyOpen, Answer
from governance.models import Token
from outreach_admin.api import bodies
from outreach_admin.api.endpoints import Endpoint
from outreach_admin.api.lists import ListEndpoint, SearchEndpoint

SEE = "enrichment.view_run"
ANSWER = {200: AnswerSerializer}
OPENING = OpenApiExample(
    "Ask for a run",
    request_only=True,
    value={
        "workflow": "company_discovery",
        "entity": "ironclad.com",
        "source": "clay",
    },
)
BEATING = OpenApiExample("Alive", request_only=True, value={})
CLOSING = OpenApiExample(
    "Something was found",
    request_only=True,
    value={
        "status": "completed",
        "layers": {"raw": {"in": 1, "out": 1}, "extracted": {"out": 1}},
        "credits": 2,
    },
)
CANCELLING = OpenApiExample(
    "End it by hand",
    request_only=True,
    value={"reason": "Asked for twice."},
)


class Runs(ListEndpoint):
    """Runs, the newest first."""

    permission_required = SEE
    queryset = Run.objects.select_related("workflow", "by")
    filterset_class = RunFilter
    serializer_class = EnrichmentRunSerializer
    sorts = {"started": "ran_at"}
    default_sort = "-started"


class RunList(Runs):
    """Runs by their filter; opening one."""

    scopes: Mapping[str, str] = {"POST": Token.Scope.PIPELINE}
    rights: Mapping[str, str | tuple[str, ...]] = {"POST": policies.OPEN_RUNS}
    refusals = (404, 409)

    def check_keys(self, request: Request) -> None:
        """Refuse keys in the address of an opening."""
        if request.method == "POST":
            Endpoint.check_keys(self, request)

    @extend_schema(
        request=OpenBody,
        responses={200: AnswerSerializer, 201: AnswerSerializer},
        examples=[OPENING],
    )
    def post(self, request: Request) -> Response:
        """Open a run, unless the entity is already enriched.

        201 it is open. 200 there is a run that answers: a fresh one (already_enriched), or the one
        of the same id or idempotency key (replayed). 409 another one is open, and is told (already_open).
        """
        said = bodies.read(OpenBody, request.data)
        origin = origin_of(said)
        assert origin is not None
        try:
            answer = runs.open(
                origin,
                by=request.user,
                run_id=said["id"],
                force=said["force"],
            )
        except AlreadyOpen as refusal:
            refusal.members = told(Answer(runs.ALREADY_OPEN, refusal.run))
            raise
        if answer.outcome != runs.OPENED:
            return Response(told(answer))
        where = reverse("enrichment-api:run-detail", args=[answer.run.pk])
        return self.created(told(answer), location=where)


class RunSearch(Runs, SearchEndpoint):
    """Runs, by a filter in the body."""


class RunDetail(Endpoint):
    """One run."""

    permission_required = SEE

    @extend_schema(responses={200: EnrichmentRunSerializer})
    def get(self, request: Request, pk: UUID) -> Response:
        """Read one run."""
        return Response(EnrichmentRunSerializer(found(pk)).data)


class OfRun(Endpoint):
    """What is told of one run by whoever runs it."""

    permission_required: str | tuple[str, ...] = policies.OPEN_RUNS
    scope = Token.Scope.PIPELINE
    refusals = (404, 409)


class RunBeat(OfRun):
    """A sign of life."""

    @extend_schema(request=OriginBody, responses=ANSWER, examples=[BEATING])
    def post(self, request: Request, pk: UUID) -> Response:
        """Say that a run is alive; one that was taken for stale lives again.

        409 it has ended, or another one was opened in its place.
        """
        said = bodies.read(OriginBody, request.data)
        run = runs.beat(pk, by=request.user, origin=origin_of(said))
        return Response(told(Answer(runs.ALIVE, run)))


class RunClose(OfRun):
    """The end of a run."""

    @extend_schema(request=CloseBody, responses=ANSWER, examples=[CLOSING])
    def post(self, request: Request, pk: UUID) -> Response:
        """End a run with what came of it.

        Told again it is `replayed`; 409 where another end is known. A run that nobody opened is made where workflow and entity are told.
        """
        said = bodies.read(CloseBody, request.data)
        answer = runs.close(
            pk,
            result_of(said),
            by=request.user,
            origin=origin_of(said),
        )
        return Response(told(answer))


class RunCancel(OfRun):
    """The end of a run by hand."""

    permission_required = policies.CANCEL_RUNS

    @extend_schema(
        request=CancelBody, responses={200: EnrichmentRunSerializer}, examples=[CANCELLING]
    )
    def post(self, request: Request, pk: UUID) -> Response:
        """End an open run by hand; what its worker tells later is refused."""
        said = bodies.read(CancelBody, request.data)
        run = runs.cancel(found(pk), by=request.user, reason=said["reason"])
        return Response(EnrichmentRunSerializer(run).data, status=HTTPStatus.OK)


def found(key: UUID) -> Run:
    """Find a run. Raises Http404."""
    run = shown.find(key)
    if run is None:
        raise Http404
    return run


def told(answer: Answer) -> dict[str, Any]:
    """Write an answer."""
    return {
        "outcome": answer.outcome,
        "go": answer.go,
        "beat_every": answer.beat_every,
        "run": EnrichmentRunSerializer(answer.run).data,
    }
