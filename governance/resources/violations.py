"""Violations of the tool canon as files."""

from governance.resources.columns import same
from governance.resources.exports import EXPORT, Export, register
from governance.subjects import VIOLATION

COLUMNS = (
    {
        "violation_id": "violation_id",
        "seen_at": "at",
    }
    | same("code", "severity", "tool")
    | {
        "tool_id": "violation__tool_id",
        "hub_id": "hub_id",
        "outreach_id": "outreach_id",
        "domain": "outreach__domain",
        "entity": "violation__entity",
        "message": "violation__message",
    }
    | same(
        "disposition",
        "owner",
        "ttl_tier",
        "expires_at",
        "retry_count",
        "parked_at",
        "parked_by",
        "park_reason",
        "resolved_at",
        "resolution_note",
    )
    | {
        "actor": "violation__actor",
        "channel": "violation__channel",
        "correlation_id": "violation__correlation_id",
        "call_id": "violation__call_id",
        "context": "violation__context",
    }
    | same("version", "updated_at")
)

VIOLATIONS = Export(
    "violations",
    VIOLATION.noun,
    VIOLATION.called(2),
    VIOLATION.list_url,
    "governance:violation-export",
    (EXPORT, "governance.view_violationcase"),
    VIOLATION.resolve("filterset"),
    lambda: VIOLATION.rows,
    COLUMNS,
    ("-seen_at", "-violation_id"),
)
register(VIOLATIONS)
