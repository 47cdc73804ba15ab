"""What is done with an operation: each button of its page."""

from typing import Any, ClassVar

from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from governance.api.operations import asking, details
from governance.api.serializers.approvals import ApprovalSerializer
from governance.api.serializers.operations import OperationDetailSerializer
from governance.api.serializers.plans import (
    AgainBody,
    NothingBody,
    RequestBody,
    ReviseBody,
    ThrottleBody,
)
from governance.exceptions import ApprovalRequired
from governance.models import Operation
from governance.services.approvals import requests
from governance.services.operations import plans, steering, undos
from governance.services.violations import MISSING_APPROVAL
from governance.verbs import registry
from outreach_admin.api import bodies

WHOLE = {200: OperationDetailSerializer}
PLANNED = {201: OperationDetailSerializer}


class OperationAction(details.OfOperation):
    """Something done to one operation."""

    permission_required = "governance.run_operation"
    scope = "triage"
    body_class: ClassVar[type[bodies.Body]] = NothingBody
    refusals = (409, 412)

    def ready(self) -> tuple[Operation, dict[str, Any]]:
        """Find the operation in the state that was seen, and read the body.

        The services judge the state anew with the row locked; If-Match only stops who knows less than that.
        """
        operation = self.found()
        said = bodies.read(self.body_class, self.request.data)
        self.matching(details.tag_of(operation, details.asked_for(operation)))
        return operation, said

    def steered(self) -> Response:
        """Answer with the operation as it is afterwards."""
        return details.answer(self.found())


class OperationStart(OperationAction):
    """Let a plan run."""

    @extend_schema(request=NothingBody, responses=WHOLE)
    def post(self, request: Request, pk: int) -> Response:
        """Start it; without the approval it needs it stays as it is (409, V-GATE-002)."""
        operation, _ = self.ready()
        try:
            steering.start(operation, by=request.user)
        except ApprovalRequired as refusal:
            return self.violated(refusal)
        return self.steered()

    def violated(self, refusal: ApprovalRequired) -> Response:
        """Answer the refusal instead of raising it: what is on record stays, also under an idempotency key."""
        refusal.members = {"violation": MISSING_APPROVAL}
        return self.handle_exception(refusal)


class OperationRequest(OperationAction):
    """Ask somebody else to approve."""

    body_class = RequestBody

    @extend_schema(request=RequestBody, responses={201: ApprovalSerializer})
    def post(self, request: Request, pk: int) -> Response:
        """Ask for approval; it starts as soon as somebody else approves."""
        operation, said = self.ready()
        approval = requests.make(operation, by=request.user, note=said["note"])
        return self.created(
            ApprovalSerializer(approval).data,
            location=reverse("api:approval-detail", args=[approval.pk]),
        )


class OperationPause(OperationAction):
    """Stop an operation."""

    @extend_schema(request=NothingBody, responses=WHOLE)
    def post(self, request: Request, pk: int) -> Response:
        """Stop after the chunk under way."""
        operation, _ = self.ready()
        steering.pause(operation, by=request.user)
        return self.steered()


class OperationResume(OperationAction):
    """Let an operation go on."""

    @extend_schema(request=NothingBody, responses=WHOLE)
    def post(self, request: Request, pk: int) -> Response:
        """Go on where it stopped, in the name of whoever asks."""
        operation, _ = self.ready()
        steering.resume(operation, by=request.user)
        return self.steered()


class OperationCancel(OperationAction):
    """End an operation."""

    @extend_schema(request=NothingBody, responses=WHOLE)
    def post(self, request: Request, pk: int) -> Response:
        """Leave the rows alone that are not done yet; what is done stays."""
        operation, _ = self.ready()
        steering.cancel(operation, by=request.user)
        return self.steered()


class OperationDiscard(OperationAction):
    """Throw a plan away."""

    @extend_schema(request=NothingBody, responses=WHOLE)
    def post(self, request: Request, pk: int) -> Response:
        """Throw the plan away; nothing is changed."""
        operation, _ = self.ready()
        steering.discard(operation, by=request.user)
        return self.steered()


class OperationThrottle(OperationAction):
    """Set the pace of an operation."""

    body_class = ThrottleBody

    @extend_schema(request=ThrottleBody, responses=WHOLE)
    def post(self, request: Request, pk: int) -> Response:
        """Limit its rows a second, or lift the limit with null."""
        operation, said = self.ready()
        steering.set_throttle(
            operation,
            rows_a_second=said["rows_a_second"],
            by=request.user,
        )
        return self.steered()


class OperationUndo(OperationAction):
    """Plan the way back."""

    @extend_schema(request=NothingBody, responses=PLANNED)
    def post(self, request: Request, pk: int) -> Response:
        """Plan its undo; `undo_groups` says which rows go back, changed since or cannot."""
        operation, _ = self.ready()
        return planned(undos.plan(operation, by=request.user, channel="api"))


class OperationRetry(OperationAction):
    """Plan once more."""

    body_class = AgainBody

    @extend_schema(request=AgainBody, responses=PLANNED)
    def post(self, request: Request, pk: int) -> Response:
        """Plan anew over the rows that were failed, skipped or cancelled, with the same parameters."""
        operation, said = self.ready()
        again = plans.again(
            operation,
            by=request.user,
            outcome=said["outcome"],
            reason=said["reason"] or None,
            channel="api",
        )
        return planned(again)


class OperationRevise(OperationAction):
    """Plan with other parameters."""

    body_class = ReviseBody

    @extend_schema(request=ReviseBody, responses=PLANNED)
    def post(self, request: Request, pk: int) -> Response:
        """Plan the same rows with other parameters; the old plan is discarded."""
        operation, said = self.ready()
        verb = registry.VERBS[operation.verb]
        revised = plans.revise(
            operation,
            by=request.user,
            channel="api",
            **asking.parameters_of(verb, said["parameters"]),
        )
        return planned(revised)


def planned(operation: Operation) -> Response:
    """Answer with a plan that was just made."""
    return details.answer(details.found(operation.pk), status=201)
