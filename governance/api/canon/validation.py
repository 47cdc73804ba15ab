"""Asking the guard: may this call be made; nothing is recorded."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from governance.api.serializers.canon.tools import ValidateBody, ValidationSerializer
from governance.canon.guard import ToolCanonGuard
from governance.canon.results import ValidationResult
from governance.toolbox.entries import InteractionType
from outreach_admin.api.endpoints import Endpoint
from outreach_admin.exceptions import BadRequest

EXAMPLE = OpenApiExample(
    "May Hunter be asked for this company",
    request_only=True,
    value={
        "tool_id": "TOOL-008",
        "hub_id": "HUB-COMPANY-TARGET",
        "interaction_type": "ENRICH",
        "gate_state": {"domain_verified": True, "mx_present": True},
    },
)


class CanonValidate(Endpoint):
    """The guard."""

    permission_required = "governance.view_canonversion"
    creates = False

    @extend_schema(
        request=ValidateBody,
        responses={200: ValidationSerializer},
        examples=[EXAMPLE],
    )
    def post(self, request: Request) -> Response:
        """Say whether a call may be made, and record nothing.

        A refusal is an answer like any other: `violation` names the rule that would be broken, `stopped` says that a
        kill switch stands against the call or that nobody can know. Key, rate and budget are asked by a reservation.
        """
        asked = arguments(request.data)
        try:
            result = ToolCanonGuard().validate(**asked)
        except ValueError as refusal:
            raise BadRequest(f"{refusal}. Nothing was asked.") from refusal
        return Response(written(result))


def arguments(said: Any) -> dict[str, Any]:
    """Return the arguments of a body as they are: the guard judges them. Raises BadRequest."""
    if not isinstance(said, dict):
        raise BadRequest("The body is not an object.")
    fields = ValidateBody().fields
    for key in said:
        if key not in fields:
            raise BadRequest(
                f"Unknown key “{key[:60]}”. Nothing was asked.",
                what_to_do="Leave it out.",
                key=key,
                offered=fields,
            )
    for name, field in fields.items():
        if field.required and name not in said:
            raise BadRequest(f"{name} is missing. Nothing was asked.", key=name)
    return said | {"interaction_type": interaction_of(said["interaction_type"])}


def interaction_of(name: Any) -> InteractionType:
    """Read an interaction. Raises BadRequest."""
    kinds = {kind.value: kind for kind in InteractionType}
    if not (isinstance(name, str) and name in kinds):
        raise BadRequest(
            "interaction_type is none that there is. Nothing was asked.",
            key="interaction_type",
            offered=kinds,
        )
    return kinds[name]


def written(result: ValidationResult) -> dict[str, Any]:
    """Write an answer of the guard."""
    violation = result.violation
    return {
        "is_valid": result.is_valid,
        "violation": violation
        and {
            "violation_code": violation.violation_code,
            "tool_id": violation.tool_id,
            "hub_id": violation.hub_id,
            "severity": violation.severity.value,
            "disposition": violation.disposition.value,
            "message": violation.message,
            "timestamp": violation.timestamp,
            "context": violation.context,
        },
        "stopped": result.stopped,
        "correlation_id": result.correlation_id,
    }
