"""Whatever a caller says: no crash, and no pass that the tables refuse."""

import json
from datetime import UTC, datetime, timezone
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from governance.canon.guard import InteractionType, ToolCanonGuard
from tests.governance.canon.thespec import (
    ATTEMPTS,
    HUBS,
    SEVERITIES,
    TOOLS,
    TRUE_OR_FALSE,
    TRUTHS,
    code,
    expected,
    guard,
)

pytestmark = pytest.mark.django_db

FACTS = (
    *sorted(TRUE_OR_FALSE),
    *sorted(ATTEMPTS.values()),
    "bit_score",
    "contact_timezone",
    "human_approval",
    "vendor",
    "library",
    "pattern",
)
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.sampled_from([0, 1, -1, 75, 74, 10**4000, 0.0, -0.0, 1e308]),
    st.floats(),
    st.decimals(),
    st.sampled_from(["UTC", "Asia/Tokyo", "utc", "localtime", "../UTC", "", "80", "true"]),
    st.text(),
    st.datetimes(),
    st.datetimes(timezones=st.just(timezone.utc)),  # noqa: UP017 - hypothesis wants the class
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
GOOD = {
    **dict.fromkeys(TRUE_OR_FALSE, True),
    **dict.fromkeys(ATTEMPTS.values(), 0),
    "bit_score": 80,
    "contact_timezone": "UTC",
}
STATES = st.dictionaries(
    st.sampled_from(FACTS) | st.text() | st.just("seen_at"),
    VALUES,
    max_size=5,
)
WORDS = st.sampled_from([*TOOLS, "TOOL-999", "Clay"]) | st.text()
KINDS = st.sampled_from(list(InteractionType))
QUIET = settings(
    max_examples=120,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
RIGHT = [(tool, hub, kind) for tool, (_, _, hubs, kind) in TOOLS.items() for hub in sorted(hubs)]


@QUIET
@given(st.sampled_from(RIGHT), STATES, st.booleans())
@example(("TOOL-008", "HUB-PEOPLE", "ENRICH"), {"pattern_attempts": Decimal("1E+999999")}, True)
@example(("TOOL-011", "HUB-OUTREACH", "WRITE"), {"bit_score": Decimal("sNaN")}, True)
@example(("TOOL-001", "HUB-PEOPLE", "VALIDATE"), {"seen_at": "2026-02-02T10:00:00"}, False)
def test_no_fact_crashes_the_guard_or_opens_a_gate(call, state, is_on_good_facts):
    tool, hub, kind = call
    told = GOOD | state if is_on_good_facts else state

    found = code(tool, hub, kind, told)

    assert found is None or found in SEVERITIES
    if found is None:
        assert expected(tool, hub, kind, told) is None


@QUIET
@given(WORDS, st.sampled_from(HUBS) | st.text(), KINDS, STATES)
def test_no_name_crashes_the_guard_and_every_violation_can_be_stored(tool, hub, kind, state):
    result = guard().validate(tool, hub, kind, state)

    if result.violation:
        found = result.violation
        written = json.dumps([found.tool_id, found.hub_id, found.message, found.context])
        assert "\\u0000" not in written
        assert (found.tool_id + found.hub_id).isprintable()
        assert len(found.message) < 10_000
        found.message.encode()
    else:
        assert expected(tool, hub, kind.value, state) is None


@QUIET
@given(VALUES, VALUES, VALUES, VALUES, VALUES)
def test_no_argument_crashes_the_guard(tool, hub, kind, state, entity):
    try:
        result = guard().validate(tool, hub, kind, state, entity)
    except ValueError:
        return
    assert not result.is_valid


@pytest.mark.parametrize("tool", TRUTHS)
@pytest.mark.parametrize(
    ("fact", "value"),
    [
        ("bit_score", "80"),
        ("bit_score", float("nan")),
        ("bit_score", float("inf")),
        ("bit_score", True),
        ("mx_present", 1),
        ("dnc_checked", "true"),
        ("pattern_attempts", "0"),
        ("pattern_attempts", -1),
        ("contact_timezone", "Mars/Base"),
        ("contact_timezone", "../../etc/passwd"),
        ("contact_timezone", "a\0b"),
        ("contact_timezone", "America"),
        ("vendor", 5),
        ("checked", datetime(2026, 2, 2, 12)),  # noqa: DTZ001 - what is refused
        ("checked_at", "2026-02-02T12:00:00"),
        ("checked_at", "yesterday"),
        ("weights", [1, {"a": float("nan")}]),
        ("tags", {"a", "b"}),
        (5, True),
    ],
)
def test_a_fact_of_a_wrong_kind_is_named(tool, fact, value):
    _, _, hubs, kind = TOOLS[tool]

    found = guard().validate(tool, min(hubs), InteractionType(kind), GOOD | {fact: value})

    assert found.violation.violation_code == "V-GATE-001"
    named = [one["fact"] for one in found.violation.context["failed"]]
    assert named == ["a fact" if fact == 5 else fact]
    assert named[0] in found.violation.message


def test_a_number_that_python_does_not_write_is_one():
    huge = 10**5000
    call = ("TOOL-011", "HUB-OUTREACH", "WRITE")

    assert code(*call, GOOD | {"bit_score": huge}) == "V-GATE-002"
    assert code(*call, GOOD | {"bit_score": -huge}) == "V-GATE-001"
    assert (
        code("TOOL-008", "HUB-PEOPLE", "ENRICH", GOOD | {"pattern_attempts": huge}) == "V-GATE-003"
    )


def test_a_list_that_holds_itself_and_one_without_end_are_refused():
    ring: list = []
    ring.append(ring)
    deep: list = []
    for _ in range(100_000):
        deep = [deep]

    for value in (ring, deep, list(range(10_000))):
        assert code("TOOL-001", "HUB-PEOPLE", "VALIDATE", {"odd": value}) == "V-GATE-001"


@pytest.mark.parametrize(
    "moment",
    [
        datetime(2026, 2, 2, 12),  # noqa: DTZ001 - what is refused
        datetime.max.replace(tzinfo=UTC),
        datetime.min.replace(tzinfo=UTC),
        datetime(2026, 2, 2).date(),  # noqa: DTZ001
        1_700_000_000,
        None,
    ],
)
def test_a_clock_that_tells_no_moment_is_refused(moment):
    told = GOOD | {"contact_timezone": "Pacific/Kiritimati"}
    asked = ToolCanonGuard(clock=lambda: moment)

    with pytest.raises(ValueError, match="clock"):
        asked.validate("TOOL-011", "HUB-OUTREACH", InteractionType.WRITE, told)
