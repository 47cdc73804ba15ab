"""Calls that a person has to agree to, and requests for them."""

from datetime import UTC, datetime
from typing import Any

from governance.models import Approval
from governance.queries.canon import current
from governance.services.approvals import votes
from governance.services.canon import agreements
from tests import make

HUB = "HUB-OUTREACH"
ENTITY = "acme.example"
FACTS: dict[str, Any] = {
    "bit_score": 80,
    "contact_verified": True,
    "dnc_checked": True,
    "contact_timezone": "UTC",
}
NOON = datetime(2026, 2, 2, 12, tzinfo=UTC)


def where_it_is_noon() -> str:
    """A zone in which people may be called now."""
    ahead = 12 - datetime.now(UTC).hour
    return f"Etc/GMT{-ahead:+d}"


def tool(id: str = "TOOL-011") -> Any:
    return current.ask().canon.tools[id]


def call(**given: Any) -> dict[str, Any]:
    """A call by RetellCaller that all else lets pass."""
    return {"tool": tool(), "hub_id": HUB, "entity": ENTITY, "facts": FACTS} | given


def requested(**given: Any) -> Approval:
    by = given.pop("by", None) or make.triager()
    return agreements.open_request(**call(**given), by=by)


def approved(**given: Any) -> Approval:
    return votes.approve(requested(**given), by=make.manager())


def spend(**given: Any) -> int | None:
    by = given.pop("requester", None) or make.triager()
    asked = {"correlation_id": "c-1"} | given
    return agreements.spend(**call(**asked), requester=by)


def now(approval: Approval) -> Approval:
    return Approval.objects.get(pk=approval.pk)
