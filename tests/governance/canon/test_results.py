"""What the guard answers, and what is raised of it."""

from dataclasses import FrozenInstanceError, fields
from datetime import UTC, datetime

import pytest

from governance.canon.results import (
    ToolCanonViolationError,
    ToolStopped,
    ToolViolation,
    ValidationResult,
)
from governance.toolbox.codes import ViolationDisposition, ViolationSeverity
from outreach_admin.exceptions import Refused

VIOLATION = ToolViolation(
    "V-TOOL-001",
    "TOOL-999",
    "HUB-PEOPLE",
    ViolationSeverity.CRITICAL,
    ViolationDisposition.PARK,
    "It is not in the canon.",
    datetime(2026, 2, 2, tzinfo=UTC),
)


def test_a_violation_has_the_fields_that_others_count_on_and_keeps_them():
    assert [one.name for one in fields(ToolViolation)] == [
        "violation_code",
        "tool_id",
        "hub_id",
        "severity",
        "disposition",
        "message",
        "timestamp",
        "context",
    ]
    with pytest.raises(FrozenInstanceError):
        VIOLATION.message = "Never mind."


def test_a_valid_call_raises_nothing():
    ValidationResult(True).raise_refusal()


def test_a_violation_is_raised_with_its_sentence_and_code():
    with pytest.raises(ToolCanonViolationError, match="not in the canon") as raised:
        ValidationResult(False, VIOLATION).raise_refusal()

    assert raised.value.violation is VIOLATION
    assert raised.value.members == {"violation_code": "V-TOOL-001"}
    assert isinstance(raised.value, Refused) and raised.value.status == 409


def test_what_is_stopped_is_raised_as_such_and_breaks_no_rule():
    with pytest.raises(ToolStopped, match="Nobody knows") as raised:
        ValidationResult(False, None, "Nobody knows.").raise_refusal()

    # who catches the seed's error catches this one too
    assert isinstance(raised.value, ToolCanonViolationError)
    assert (raised.value.violation, raised.value.status) == (None, 503)


def test_the_seeds_way_to_raise_takes_a_stopped_result_too():
    stopped = ValidationResult(False, None, "Nobody knows.")

    with pytest.raises(ToolCanonViolationError, match="No tool may be called now"):
        raise ToolCanonViolationError(stopped.violation)
