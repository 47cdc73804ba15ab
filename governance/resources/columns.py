"""The columns of exports: a name in files to a field path or an expression; the sovereign id is in none."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Case, TextField, Value, When
from django.db.models.expressions import RawSQL

from governance.filters.companies import BOTTLENECKS
from governance.models import Reason
from governance.reports import audit


def same(*names: str) -> dict[str, str]:
    """Call columns as their fields."""
    return {name: name for name in names}


def in_words(field: str, choices: Iterable[tuple[str, str]]) -> Case:
    """Write a column in the words of its choices, empty where it is none of them."""
    return Case(
        *(When(**{field: value, "then": Value(words)}) for value, words in choices),
        default=Value(""),
        output_field=TextField(),
    )


GOVERNED = {
    "error_id": "id",
    "error_table": "error_table_id",
    "outreach_id": "outreach_id",
    "company_name": "outreach__company__company_name",
    "company_unique_id": "company_unique_id",
    "domain": "domain",
    "code": "code",
    "message": "message",
} | same(
    "stage",
    "severity",
    "category",
    "blocks",
    "disposition",
    "retry_count",
    "max_retries",
    "retry_exhausted",
    "last_retry_at",
    "next_retry_at",
    "ttl_tier",
    "expires_at",
    "owner",
    "parked_at",
    "parked_by",
    "park_reason",
    "escalation_level",
    "escalated_at",
    "resolved_at",
    "resolution_note",
    "held_at",
    "held_by",
    "hold_reason",
    "details",
    "version",
    "created_at",
    "updated_at",
)
ARCHIVED = same(
    "archived_at",
    "archived_by",
    "archive_reason",
    "final_disposition",
    "retention_expires_at",
)
READINESS: dict[str, Any] = {
    "outreach_id": "outreach_id",
    "company_name": "outreach__company__company_name",
    "domain": "domain",
    "address_state": "outreach__company__address_state",
    "readiness_tier": "tier",
    "can_promote_to_outreach": "promotable",
    "blockers": RawSQL(
        "governance.blockers_in_words(governance_readiness)",
        [],
        output_field=TextField(),
    ),
    "bottleneck_hub": "bottleneck",
    "bottleneck": in_words("bottleneck", BOTTLENECKS),
    "reason": in_words("reason", Reason.choices),
    "company_target_status": "ct_status",
    "company_target_done": "ct_done",
    "dol_done": "dol_done",
    "people_done": "people_done",
    "blog_done": "blog_done",
    "bit_done": "bit_done",
    "company_target_blocked": "ct_blocked",
    "dol_blocked": "dol_blocked",
    "people_blocked": "people_blocked",
    "ct_blocking_errors": "ct_blocking",
    "dol_blocking_errors": "dol_blocking",
    "people_blocking_errors": "people_blocking",
    "other_blocking_errors": "other_blocking",
    "open_errors": "open_errors",
    "filled_slots": "filled_slots",
    "required_slots": "required_slots",
    "verified_people": "verified_people",
}
AUDIT = {
    "timestamp": "at",
    "action": "action",
    "entity_type": "entity_type",
    "entity_id": "subject_id",
    "details": audit.DETAILS,
}
