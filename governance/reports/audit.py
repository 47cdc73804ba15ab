"""The audit trail in its exchange format: one entry per event."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.db.models import QuerySet

from governance.models import ErrorTable, Event

TARGET = "outreach.company_target"
CHUNK = 5000


def entity_types() -> dict[str, str]:
    """Return the name that each error table and the company targets have in the audit trail."""
    return {**dict(ErrorTable.objects.values_list("name", "entity_type")), TARGET: "company_target"}


def entry(event: Event, *, entities: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Return an event in the shape of the seed: timestamp, action, entity_type, entity_id, details.

    Details always hold outreach_id, operation_id and actor (of an outside change the database user), and what the
    action is about. Source: seed 'Ops Backlog Cleanup Report', audit trail.
    """
    known = entities if entities is not None else entity_types()
    return {
        "timestamp": event.at.isoformat(),
        "action": event.action,
        "entity_type": known.get(event.subject_type, event.subject_type),
        "entity_id": str(event.subject_id) if event.subject_id else event.subject_key,
        "details": {
            "outreach_id": str(event.outreach_id) if event.outreach_id else None,
            **_about(event),
            "operation_id": event.operation_id,
            "actor": event.actor or event.db_user,
        },
    }


def _about(event: Event) -> dict[str, Any]:
    match event.action:
        case "PARK":
            return {"reason": event.park_reason, "retry_count": event.retry_count}
        case "RETRY":
            return {"new_retry_count": event.retry_count, "next_retry_at": event.next_retry_at.isoformat() if event.next_retry_at else None}
        case "ESCALATE":
            return {"escalation_level": event.escalation_level}
        case "ASSIGN":
            return {"owner": event.owner}
        case "SET_TTL":
            return {"ttl_tier": event.ttl_tier}
        case "RESET":
            return {"from": event.from_state, "to": event.to_state}
        case _:
            return {"from": event.from_state, "to": event.to_state, "reason": event.reason}


def entries(events: QuerySet[Event]) -> Iterator[dict[str, Any]]:
    """Yield the entries of `events` in their order, a few thousand rows in memory at a time."""
    entities = entity_types()
    for event in events.iterator(chunk_size=CHUNK):
        yield entry(event, entities=entities)
