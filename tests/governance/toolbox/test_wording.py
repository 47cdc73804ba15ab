"""What the canon says, in sentences."""

from datetime import timedelta

import pytest

from governance.toolbox import reading, wording
from tests.governance.canon import canons

CANON = reading.read(canons.text(2))


def gate(tool, fact):
    return next(one for one in CANON.tools[tool].gates if one.fact == fact)


@pytest.mark.parametrize(
    ("tool", "fact", "said"),
    [
        ("TOOL-008", "mx_present", "The caller says that it is so"),
        ("TOOL-008", "pattern_attempts", "Tried fewer than once for this entity."),
        ("TOOL-011", "bit_score", "The caller says a number of 75 or more."),
        ("TOOL-011", "contact_timezone", "Between 09:00 and 20:00 by the clock of that zone."),
    ],
)
def test_a_condition_is_a_sentence(tool, fact, said):
    assert wording.condition(gate(tool, fact), CANON).startswith(said)


def test_a_number_that_must_stay_below_another_is_said_so():
    other = reading.read(canons.text(3, ("bit_score >= 75", "bit_score < 75")))
    (below, *_) = other.tools["TOOL-011"].gates

    assert wording.condition(below, other) == "The caller says a number below 75."


@pytest.mark.parametrize(
    ("tool", "said"),
    [
        ("TOOL-001", "Up to 2 calls; the first wait is 100 ms, one 100 ms longer after each try."),
        ("TOOL-004", "Up to 3 calls; the first wait is 1 s, twice as long after each try."),
        ("TOOL-011", "One call, never tried again."),
    ],
)
def test_a_backoff_is_a_sentence(tool, said):
    assert wording.retried(CANON.tools[tool].backoff) == said


@pytest.mark.parametrize(
    ("span", "said"),
    [
        (None, ""),
        (timedelta(milliseconds=1500), "1500 ms"),
        (timedelta(seconds=90), "90 s"),
        (timedelta(hours=1), "1 hour"),
        (timedelta(hours=36), "36 hours"),
        (timedelta(hours=168), "7 days"),
    ],
)
def test_a_length_of_time_is_written_in_the_largest_unit_that_it_fills(span, said):
    assert wording.length(span) == said


def test_who_must_agree_is_said_by_tool_and_by_hub():
    by_hub = reading.read(canons.text(3, ("  hubs: []", "  hubs: [HUB-PEOPLE]")))

    assert wording.approval(CANON.tools["TOOL-011"], CANON) == "A person agrees to each call."
    assert wording.approval(CANON.tools["TOOL-001"], CANON) == ""
    said = wording.approval(by_hub.tools["TOOL-001"], by_hub)
    assert said == "A person agrees to each call for HUB-PEOPLE."
