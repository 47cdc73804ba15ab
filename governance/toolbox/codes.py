"""The codes of broken rules. Source: seed 'Enforcement Implementation Summary' 7."""

from dataclasses import dataclass
from enum import Enum


class ViolationSeverity(Enum):
    CRITICAL = "CRITICAL"
    HIGH = "HIGH"
    MEDIUM = "MEDIUM"
    LOW = "LOW"


class ViolationDisposition(Enum):
    PARK = "PARK"
    RETRY = "RETRY"
    ARCHIVE = "ARCHIVE"
    IGNORE = "IGNORE"


@dataclass(frozen=True)
class Code:
    """What a code means, and what becomes of a violation that bears it."""

    meaning: str
    severity: ViolationSeverity
    disposition: ViolationDisposition


NOT_REGISTERED = "V-TOOL-001"
BANNED = "V-TOOL-002"
KEY_MISSING = "V-TOOL-003"
OTHER_INTERACTION = "V-TYPE-001"
NO_AUDIT_TRAIL = "V-TYPE-002"
NO_STORED_RESULT = "V-TYPE-003"
OUTSIDE_ITS_HUBS = "V-SCOPE-001"
NO_GATE_PASS = "V-SCOPE-002"  # noqa: S105 - the gate of a tool
NO_GATES = "V-SCOPE-003"
GATE_UNMET = "V-GATE-001"
NOT_APPROVED = "V-GATE-002"
ATTEMPTS_SPENT = "V-GATE-003"

_SEVERITY = ViolationSeverity
_BECOMES = ViolationDisposition
CODES = {
    NOT_REGISTERED: Code(
        "tool not in registry",
        _SEVERITY.CRITICAL,
        _BECOMES.PARK,
    ),
    BANNED: Code(
        "banned vendor, library or pattern",
        _SEVERITY.CRITICAL,
        _BECOMES.PARK,
    ),
    KEY_MISSING: Code(
        "API key missing",
        _SEVERITY.HIGH,
        _BECOMES.RETRY,
    ),
    OTHER_INTERACTION: Code(
        "wrong interaction type",
        _SEVERITY.HIGH,
        _BECOMES.PARK,
    ),
    NO_AUDIT_TRAIL: Code(
        "ENRICH without audit trail",
        _SEVERITY.MEDIUM,
        _BECOMES.RETRY,
    ),
    NO_STORED_RESULT: Code(
        "VALIDATE result not logged",
        _SEVERITY.LOW,
        _BECOMES.IGNORE,
    ),
    OUTSIDE_ITS_HUBS: Code(
        "tool outside its hubs",
        _SEVERITY.CRITICAL,
        _BECOMES.PARK,
    ),
    NO_GATE_PASS: Code(
        "gated tool without a gate PASS",
        _SEVERITY.HIGH,
        _BECOMES.PARK,
    ),
    NO_GATES: Code(
        "tier-2 tool without gate conditions",
        _SEVERITY.HIGH,
        _BECOMES.PARK,
    ),
    GATE_UNMET: Code(
        "gate conditions not met",
        _SEVERITY.CRITICAL,
        _BECOMES.PARK,
    ),
    NOT_APPROVED: Code(
        "human approval required and not obtained",
        _SEVERITY.CRITICAL,
        _BECOMES.PARK,
    ),
    ATTEMPTS_SPENT: Code(
        "attempts per context exceeded",
        _SEVERITY.HIGH,
        _BECOMES.ARCHIVE,
    ),
}
