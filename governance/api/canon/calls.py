"""Calls of tools: reserved before they are made, settled after, and the ledger of them."""

from collections.abc import Mapping
from typing import Any

from django.http import Http404
from django.urls import reverse
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from governance.api.approvals import address_of
from governance.api.serializers.canon.calls import CallBody, CallSerializer, SettleBody
from governance.canon import asking, reservations
from governance.canon.guard import InteractionType, ToolCanonGuard, ToolCanonViolationError
from governance.canon.reserving import GuardedCall
from governance.filters.canon.calls import CallFilter
from governance.models import Token, ToolCall
from governance.services.canon import calls
from outreach_admin.api import bodies
from outreach_admin.api.endpoints import Endpoint
from outreach_admin.api.lists import ListEndpoint
from outreach_admin.exceptions import Refused

SEE = "governance.view_toolcall"
MAKE = "governance.add_toolcall"
ONE = OpenApiExample(
    "Find the pattern of a company's addresses",
    value=CallBody.example,
    request_only=True,
)
ENDED = OpenApiExample(
    "It answered",
    value=SettleBody.example,
    request_only=True,
)


class CallList(ListEndpoint):
    """The ledger, newest first; a POST reserves a call."""

    permission_required = SEE
    scopes: Mapping[str, str] = {"POST": Token.Scope.PIPELINE}
    rights: Mapping[str, str | tuple[str, ...]] = {"POST": MAKE}
    queryset = ToolCall.objects.with_people()
    filterset_class = CallFilter
    serializer_class = CallSerializer
    sorts = {"reserved": "reserved_at"}
    default_sort = "-reserved"
    refusals = (409, 429)

    def check_keys(self, request: Request) -> None:
        """Leave the keys of a list to its filter; a POST takes none."""
        if request.method == "POST":
            Endpoint.check_keys(self, request)

    @extend_schema(request=CallBody, responses={201: CallSerializer}, examples=[ONE])
    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Reserve a call that the guard lets through; only then make it, and settle it.

        409 names the rule that it would break in `violation_code`. 429 says how long to wait, 503 that the tool is stopped, or
        closed until the next day or month: neither broke a rule. With `request_approval` a call that lacks nothing but the
        agreement of a person asks for it in the same request, and 409 has the `approval` that was opened.
        """
        said = bodies.read(CallBody, request.data)
        asked = _asked(said, request)
        try:
            reservation = reservations.reserve(asked)
        except ToolCanonViolationError as refused:
            return self.refused(
                refused, _requested(asked, request) if said["request_approval"] else {}
            )
        call = ToolCall.objects.with_people().get(pk=reservation.id)
        location = reverse("api:call-settle", args=[call.pk])
        return self.created(CallSerializer(call).data, location=location)

    def refused(self, refusal: ToolCanonViolationError, more: Mapping[str, Any]) -> Response:
        """Answer a refusal instead of raising it: what it asked for stays, also under an idempotency key."""
        refusal.members = {**refusal.members, **more}
        return self.handle_exception(refusal)


class CallSettle(Endpoint):
    """How a call ended."""

    permission_required = MAKE
    scope = Token.Scope.PIPELINE
    refusals = (409,)

    @extend_schema(request=SettleBody, responses={200: CallSerializer}, examples=[ENDED])
    def post(self, request: Request, pk: int) -> Response:
        """Settle a call of this account, once; the same word again changes nothing, another one is refused (409).

        `called_off` says within a minute of the reservation that it is not made: its place comes back, and its attempt
        where no call about the entity was called off before; rate, day, month and budget go on counting it.
        """
        said = bodies.read(SettleBody, request.data)
        call = ToolCall.objects.filter(pk=pk, by=request.user.pk).first()
        if call is None:
            raise Http404
        calls.end(call, **said)
        return Response(CallSerializer(ToolCall.objects.with_people().get(pk=pk)).data)


def _requested(asked: GuardedCall, request: Request) -> dict[str, Any]:
    """Ask a person to agree to a refused call; nothing where something else stands against it."""
    try:
        approval, _ = asking.ask(
            asked.tool_id,
            asked.hub_id,
            asked.interaction,
            asked.facts,
            asked.entity,
            by=request.user,
            token=request.auth,
            correlation_id=asked.correlation_id or "",
        )
    except Refused:
        return {}
    return {"approval": {"id": approval.pk, "address": address_of(approval)}}


def _asked(said: dict[str, Any], request: Request) -> GuardedCall:
    """Read a call; a pipeline's counts as that of who made its token."""
    token: Token = request.auth
    person = token.created_by if token.is_of_pipeline else request.user
    return GuardedCall(
        ToolCanonGuard(),
        said["tool_id"],
        said["hub_id"],
        InteractionType(said["interaction_type"]),
        said["gate_state"],
        said["entity"],
        said["correlation_id"],
        by=request.user,
        person=person,
        channel="api",
    )
