"""Agreements to calls of tools: asked for by whoever wants to make one, and how one's own requests stand."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from governance.api.approvals import address_of
from governance.api.serializers.approvals import ApprovalSerializer
from governance.api.serializers.canon.askedcalls import AskBody
from governance.canon import asking
from governance.canon.guard import InteractionType
from governance.filters.approvals import ApprovalFilter
from governance.models import Approval, Token
from governance.queries.canon import asked
from outreach_admin.api import bodies
from outreach_admin.api.endpoints import Endpoint
from outreach_admin.api.lists import ListEndpoint

EXAMPLE = OpenApiExample(
    "A telephone call",
    value=AskBody.example,
    request_only=True,
)


class CallApprovals(ListEndpoint):
    """Requests for calls that whoever calls asked for, or a pipeline by a token of theirs."""

    permission_required = "governance.add_askedcall"
    scopes: Mapping[str, str] = {"POST": Token.Scope.PIPELINE}
    refusals = (409, 503)
    queryset = Approval.objects.of_calls()
    filterset_class = ApprovalFilter
    serializer_class = ApprovalSerializer
    sorts: Mapping[str, str] = {
        "asked": "id",
        "expires": "expires_at",
    }
    default_sort = "-asked"

    def check_keys(self, request: Request) -> None:
        """Leave the keys of the list to its filter; a POST takes none."""
        if request.method == "POST":
            Endpoint.check_keys(self, request)
        else:
            super().check_keys(request)

    def get_queryset(self) -> QuerySet[Any]:
        """Give one's own."""
        own = asked.own(self.request.user)
        return own.select_related("requester", "asked_call__account")

    @extend_schema(
        request=AskBody,
        responses={200: ApprovalSerializer, 201: ApprovalSerializer},
        examples=[EXAMPLE],
    )
    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Ask somebody else to agree to exactly this call, which the guard refuses (V-GATE-002) for want of that alone.

        An open request for the same call is answered with 200. What would be refused anyway is refused here (409).
        """
        said = bodies.read(AskBody, request.data)
        approval, is_new = asking.ask(
            said["tool_id"],
            said["hub_id"],
            InteractionType(said["interaction_type"]),
            said["gate_state"],
            said["entity"],
            by=request.user,
            token=request.auth,
            note=said["note"],
            correlation_id=said["correlation_id"],
        )
        answer = ApprovalSerializer(approval).data
        if is_new:
            return self.created(answer, location=address_of(approval))
        return Response(answer, status=HTTPStatus.OK, headers={"Location": address_of(approval)})
