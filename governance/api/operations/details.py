"""One operation whole, as every endpoint that is about one answers it."""

from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from governance.api.serializers.operations import (
    LineSerializer,
    OperationDetailSerializer,
)
from governance.api.serializers.plans import ForesightSerializer
from governance.api.serializers.timeline import TimelineSerializer
from governance.models import Approval, Operation
from governance.queries import approvals
from governance.queries.operations import (
    outcomes,
    progress,
    timeline,
    undo_groups,
)
from outreach_admin.api import versions
from outreach_admin.api.endpoints import Endpoint

SEE = "governance.view_operation"
LEADS_TO = ("items", "outcomes", "preview", "timeline")
RELATED = ("requester", "actor", "undoes", "playbook_run", "import_file")


class OfOperation(Endpoint):
    """What is about one operation."""

    permission_required: str | tuple[str, ...] = SEE

    def found(self) -> Operation:
        """Find the operation in the address. Raises Http404."""
        return found(self.kwargs["pk"])


class OperationDetail(OfOperation):
    """One operation."""

    @extend_schema(responses={200: OperationDetailSerializer})
    def get(self, request: Request, pk: int) -> Response:
        """Read one operation: its plan, how far it is, what became of its rows."""
        return answer(self.found())


class OperationOutcomes(OfOperation):
    """What became of the rows of one operation."""

    @extend_schema(responses={200: LineSerializer(many=True)})
    def get(self, request: Request, pk: int) -> Response:
        """Count its rows by outcome and reason; the lines add up to the plan."""
        lines = outcomes.by_reason(self.found())
        return Response(LineSerializer(lines, many=True).data)


class OperationForesight(OfOperation):
    """What is foreseen of one operation."""

    @extend_schema(responses={200: ForesightSerializer})
    def get(self, request: Request, pk: int) -> Response:
        """Read what it would do as things stand now, or its undo once it has ended."""
        return Response(ForesightSerializer(foreseen(self.found())).data)


class OperationTimeline(OfOperation):
    """What happened to one operation."""

    @extend_schema(responses={200: TimelineSerializer})
    def get(self, request: Request, pk: int) -> Response:
        """List its moments, the newest first."""
        moments = timeline.of(self.found())
        return Response(TimelineSerializer({"moments": moments}).data)


def found(key: int) -> Operation:
    """Find an operation with all that is told of it. Raises Http404."""
    undos = Operation.objects.filter(undoes=OuterRef("pk")).order_by("-pk")
    known = Operation.objects.with_undo().select_related(*RELATED)
    told = known.annotate(undone_through=ArraySubquery(undos.values("pk")))
    operation = told.filter(pk=key).first()
    if operation is None:
        raise Http404
    return operation


def answer(operation: Operation, status: int = 200) -> Response:
    """Answer with an operation whole and the tag of its state."""
    told: Any = operation
    said = whole(operation)
    headers = {"ETag": tag_of(operation, told.asked)}
    if status == 201:
        headers["Location"] = address_of(operation)
    return Response(said, status=status, headers=headers)


def whole(operation: Operation) -> dict[str, Any]:
    """Write all that a page says of it."""
    told: Any = operation
    waits = operation.state in Operation.WAITING_STATES
    if waits:
        approvals.policy_of(operation)
    told.lines = outcomes.by_reason(operation)
    told.progress = None if waits else progress.of(operation, at=timezone.now())
    told.asked = asked_for(operation)
    told.agreed = [person.get_username() for person in approvals.approvers(operation)]
    told.undo_groups = undo_groups.groups(operation) if operation.undoes_id else None
    told.links = links_of(operation)
    found: dict[str, Any] = OperationDetailSerializer(operation).data
    return found


def foreseen(operation: Operation) -> dict[str, Any]:
    """Look at the rows of a plan that waits, or at what an undo would find now."""
    waits = operation.state in Operation.WAITING_STATES
    has_rows = undo_groups.has_rows(operation)
    return {
        "sample": outcomes.sample(operation) if waits else [],
        "overlaps": outcomes.overlaps([operation]) if waits else [],
        "moved": outcomes.moved_since([operation]) if waits else [],
        "undo": undo_groups.preview(operation) if has_rows else None,
    }


def links_of(operation: Operation) -> dict[str, str]:
    """Lead to what is told of it elsewhere, and to what it belongs to."""
    found = {name: _address(operation.pk, name) for name in LEADS_TO}
    found["page"] = reverse("governance:operation-detail", args=[operation.pk])
    for name, key in (("undoes", operation.undoes_id), ("retries", operation.retries_id)):
        if key:
            found[name] = _address(key, "detail")
    if operation.playbook_run_id:
        found["run"] = reverse("api:run-detail", args=[operation.playbook_run_id])
    return found


def address_of(operation: Operation) -> str:
    """Return where it is read."""
    return _address(operation.pk, "detail")


def asked_for(operation: Operation) -> Approval | None:
    """Return the request it was last asked for by, alone or with its run."""
    return approvals.latest_of(operation.playbook_run or operation)


def tag_of(operation: Operation, asked: Approval | None) -> str:
    """Tag the state of an operation and of what was asked for it last, as its page is stamped."""
    return versions.tag_of(
        "operation",
        operation.pk,
        operation.state,
        asked.state if asked else "unasked",
    )


def _address(key: int, name: str) -> str:
    return reverse(f"api:operation-{name}", args=[key])
