"""The audit trail in its exchange format: one entry per event."""

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from governance.models import ErrorTable, Event

TARGET = "outreach.company_target"
CHUNK = 5000
DETAILS = RawSQL("governance.audit_details(governance_event)", ())


def entity_types() -> dict[str, str]:
    """Return the name that each error table and the company targets have in the audit trail."""
    return {**dict(ErrorTable.objects.values_list("name", "entity_type")), TARGET: "company_target"}


def entries(events: QuerySet[Event]) -> Iterator[dict[str, Any]]:
    """Yield events in their order and in the shape of the seed: timestamp, action, entity_type, entity_id, details.

    Details always hold outreach_id, operation_id and actor (of an outside change the database user), and what the
    action is about. A few thousand rows are in memory at a time. Source: seed 'Ops Backlog Cleanup Report', audit trail.
    """
    known = entity_types()
    for event in events.annotate(details=DETAILS).iterator(chunk_size=CHUNK):
        yield {
            "timestamp": event.at.isoformat(),
            "action": event.action,
            "entity_type": known.get(event.subject_type, event.subject_type),
            "entity_id": str(event.subject_id) if event.subject_id else event.subject_key,
            "details": event.details,
        }
