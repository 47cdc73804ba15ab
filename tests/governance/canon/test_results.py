"""What the guard answers, and what is raised of it."""

from dataclasses import FrozenInstanceError, fields
from datetime import UTC, datetime, timedelta

import pytest

from governance.canon.results import (
    ToolBusy,
    ToolCanonViolationError,
    ToolClosed,
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


@pytest.mark.parametrize(("wait", "seconds"), [(0, 1), (0.2, 1), (1.2, 2)])
def test_who_has_to_wait_is_told_whole_seconds(wait, seconds):
    busy = ToolBusy("TOOL-001 MXLookup", "50 per second", timedelta(seconds=wait))

    assert str(busy) == f"TOOL-001 MXLookup takes 50 per second. Wait {seconds} s."
    assert (busy.status, busy.wait, busy.violation) == (429, seconds, None)
    assert busy.members == {"wait_seconds": seconds}


def test_what_is_closed_says_until_when():
    until = datetime(2026, 3, 1, tzinfo=UTC)

    closed = ToolClosed("TOOL-005 ScraperAPI", "100000 per month", until, timedelta(hours=1))

    assert "used up its 100000 per month. It is closed until 2026-03-01 00:00 UTC." in str(closed)
    assert (closed.status, closed.wait, closed.violation) == (503, 3600, None)
    assert closed.members == {"closed_until": "2026-03-01T00:00:00+00:00"}
