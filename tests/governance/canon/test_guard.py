"""The guard against an independent reading of the canon's tables."""

import itertools
import json
from datetime import UTC, datetime
from decimal import Decimal
from uuid import uuid4

import pytest

from governance.canon import lookups
from governance.canon.guard import (
    InteractionType,
    ToolCanonGuard,
    ToolCanonViolationError,
    ToolTier,
    ViolationDisposition,
    ViolationSeverity,
)
from tests.governance.canon import thespec
from tests.governance.canon.thespec import (
    ATTEMPTS,
    CT,
    HUBS,
    NOON,
    OUTREACH,
    PEOPLE,
    SEVERITIES,
    TOOLS,
    TRUTHS,
    code,
    expected,
    guard,
)

pytestmark = pytest.mark.django_db

ANYBODY = [*TOOLS, "TOOL-999", "", "ZoomInfo", "lxml", "bulk_enrichment", "mx-lookup"]
INTERACTIONS = ("READ", "WRITE", "ENRICH", "VALIDATE")
# good, unmet, unknown, left out, of a wrong kind
LEFT_OUT = object()
TRUTH = (True, False, None, LEFT_OUT, 1, "true")
COUNT = (0, 1, 2, None, LEFT_OUT, "0", -1, 0.5, True, float("nan"))
SCORE = (75, 80.0, 74.9, Decimal(90), None, LEFT_OUT, "80", float("inf"), True)
ZONE = ("UTC", "Asia/Tokyo", None, LEFT_OUT, "Mars/Base", 0)
FULL = {
    "bit_score": 80,
    "contact_verified": True,
    "dnc_checked": True,
    "contact_timezone": "UTC",
}


def conditions(tool: str) -> dict[str, tuple]:
    """Each fact that a tool's gates ask for, with what it may be told as."""
    found: dict[str, tuple] = dict.fromkeys(TRUTHS.get(tool, ()), TRUTH)
    if tool in ATTEMPTS:
        found[ATTEMPTS[tool]] = COUNT
    if tool == "TOOL-011":
        found |= {"bit_score": SCORE, "contact_timezone": ZONE}
    return found


def states(tool: str):
    """Every gate state of a tool: all its conditions, alone and together."""
    asked = conditions(tool)
    for values in itertools.product(*asked.values()):
        pairs = zip(asked, values, strict=True)
        yield {name: value for name, value in pairs if value is not LEFT_OUT}


@pytest.mark.parametrize("tool", ANYBODY)
def test_every_tool_hub_and_interaction_is_answered_as_the_tables_say(tool):
    full = {name: values[0] for name, values in conditions(tool).items()}
    told = ({}, full, full | {"mx_present": "yes"}, {"vendor": "Clay"}, {"library": 5})

    differing = [
        (hub, kind, state, code(tool, hub, kind, state))
        for hub, kind, state in itertools.product(HUBS, INTERACTIONS, told)
        if code(tool, hub, kind, state) != expected(tool, hub, kind, state)
    ]

    assert differing == []


@pytest.mark.parametrize("tool", TRUTHS)
def test_every_gate_state_is_answered_as_the_tables_say(tool):
    _, _, hubs, kind = TOOLS[tool]
    hub, answers = min(hubs), set()

    for state in states(tool):
        found = code(tool, hub, kind, state)
        answers.add(found)
        assert found == expected(tool, hub, kind, state), state

    passing = "V-GATE-002" if tool == "TOOL-011" else None
    spent = {"V-GATE-003"} if tool in ATTEMPTS else set()
    assert answers == {passing, "V-GATE-001"} | spent


def test_the_example_of_the_seed_is_accepted():
    # only its import line differs
    guard = ToolCanonGuard()
    result = guard.validate(
        tool_id="TOOL-008",
        hub_id="HUB-COMPANY-TARGET",
        interaction_type=InteractionType.ENRICH,
        gate_state={"domain_verified": True, "mx_present": True},
    )
    if not result.is_valid:
        raise ToolCanonViolationError(result.violation)

    assert result.is_valid and result.correlation_id


def test_the_nine_answers_that_others_count_on():
    night = FULL | {"contact_timezone": "Asia/Tokyo"}
    mx = {"domain_verified": True, "mx_present": True}
    asked = [
        ("TOOL-008", CT, "ENRICH", mx),
        ("TOOL-999", CT, "READ", {}),
        ("TOOL-004", CT, "READ", {}),
        ("TOOL-008", CT, "WRITE", {}),
        ("TOOL-008", CT, "ENRICH", mx | {"domain_verified": False}),
        ("TOOL-011", OUTREACH, "WRITE", FULL | {"human_approval": True}),
        ("TOOL-008", CT, "ENRICH", mx | {"pattern_attempts": 1}),
        ("TOOL-011", OUTREACH, "WRITE", night),
        ("TOOL-011", OUTREACH, "WRITE", FULL | {"bit_score": "80"}),
    ]

    assert [code(*one) for one in asked] == [
        None,
        "V-TOOL-001",
        "V-SCOPE-001",
        "V-TYPE-001",
        "V-GATE-001",
        "V-GATE-002",
        "V-GATE-003",
        "V-GATE-001",
        "V-GATE-001",
    ]


def test_enums_have_the_members_of_the_seed():
    assert [one.name for one in ToolTier] == ["TIER_0", "TIER_1", "TIER_2"]
    assert [one.name for one in InteractionType] == list(INTERACTIONS)
    assert [one.name for one in ViolationSeverity] == ["CRITICAL", "HIGH", "MEDIUM", "LOW"]
    assert [one.name for one in ViolationDisposition] == ["PARK", "RETRY", "ARCHIVE", "IGNORE"]


@pytest.mark.parametrize(
    ("tool", "hub", "kind", "state", "wanted"),
    [
        ("Lusha", CT, "READ", {}, "V-TOOL-002"),
        ("TOOL-999", CT, "READ", {}, "V-TOOL-001"),
        ("TOOL-001", OUTREACH, "VALIDATE", {}, "V-SCOPE-001"),
        ("TOOL-001", CT, "READ", {}, "V-TYPE-001"),
        ("TOOL-009", PEOPLE, "ENRICH", {}, "V-GATE-001"),
        ("TOOL-009", PEOPLE, "ENRICH", {"enrichment_attempts": 1}, "V-GATE-003"),
        ("TOOL-011", OUTREACH, "WRITE", FULL, "V-GATE-002"),
    ],
)
def test_a_violation_says_who_what_when_and_how_bad(tool, hub, kind, state, wanted):
    entity, correlation = uuid4(), uuid4()

    result = guard().validate(tool, hub, InteractionType(kind), state, entity, correlation)

    found = result.violation
    assert (found.violation_code, found.tool_id, found.hub_id) == (wanted, tool, hub)
    assert (found.severity.value, found.disposition.value) == SEVERITIES[wanted]
    assert found.timestamp == NOON
    assert found.message.endswith(".") and len(found.message) > 20
    assert found.context["entity"] == str(entity)
    assert found.context["correlation_id"] == result.correlation_id == str(correlation)
    assert json.loads(json.dumps(found.context)) == found.context


def test_every_failing_condition_is_named():
    state = {"bit_score": 7, "contact_verified": False, "contact_timezone": "Asia/Tokyo"}

    found = guard().validate("TOOL-011", OUTREACH, InteractionType.WRITE, state).violation

    assert {one["fact"]: one["said"] for one in found.context["failed"]} == {
        "bit_score": "is 7, and must be >= 75",
        "contact_verified": "is not true",
        "dnc_checked": "is not known",
        "contact_timezone": "says Asia/Tokyo, where it is 21:00: people are called 09:00-20:00",
    }
    assert all(str(one["fact"]) in found.message for one in found.context["failed"])


def test_who_has_tried_too_often_hears_of_the_rest_too():
    found = guard().validate(
        "TOOL-008", CT, InteractionType.ENRICH, {"mx_present": False, "pattern_attempts": 3}
    )

    assert found.violation.violation_code == "V-GATE-003"
    named = {one["fact"] for one in found.violation.context["failed"]}
    assert named == {"pattern_attempts", "mx_present", "domain_verified"}


@pytest.mark.parametrize(
    ("moment", "zone", "is_open"),
    [
        # inclusive and exclusive
        ("2026-02-02 09:00", "UTC", True),
        ("2026-02-02 08:59:59.999999", "UTC", False),
        ("2026-02-02 19:59:59.999999", "UTC", True),
        ("2026-02-02 20:00", "UTC", False),
        # the night before summer time begins in New York, and the one after
        ("2026-03-07 13:30", "America/New_York", False),
        ("2026-03-08 13:30", "America/New_York", True),
        ("2026-03-07 00:30", "America/New_York", True),
        ("2026-03-09 00:30", "America/New_York", False),
        # and where it ends
        ("2026-10-31 13:30", "America/New_York", True),
        ("2026-11-01 13:30", "America/New_York", False),
        # half hours
        ("2026-02-02 03:30", "Asia/Kolkata", True),
        ("2026-02-02 03:29", "Asia/Kolkata", False),
    ],
)
def test_people_are_called_by_their_own_clock(moment, zone, is_open):
    at = datetime.fromisoformat(moment).replace(tzinfo=UTC)
    state = FULL | {"contact_timezone": zone}

    result = ToolCanonGuard(clock=lambda: at).validate(
        "TOOL-011", OUTREACH, InteractionType.WRITE, state
    )

    wanted = "V-GATE-002" if is_open else "V-GATE-001"
    assert result.violation.violation_code == wanted


@pytest.mark.parametrize(
    "given",
    [
        {"tool_id": None},
        {"tool_id": 8},
        {"hub_id": ["HUB-PEOPLE"]},
        {"interaction_type": "ENRICH"},
        {"interaction_type": None},
        {"gate_state": None},
        {"gate_state": [("mx_present", True)]},
        {"entity": 5},
        {"entity": True},
        {"entity": "x" * 256},
        {"entity": "a\0b"},
        {"correlation_id": 5},
    ],
)
def test_arguments_of_a_wrong_type_are_no_answer(given):
    asked = {
        "tool_id": "TOOL-008",
        "hub_id": CT,
        "interaction_type": InteractionType.ENRICH,
        "gate_state": {},
    }

    with pytest.raises(ValueError):
        guard().validate(**asked | given)


def test_a_call_without_correlation_id_is_given_one_of_its_own():
    asked = ("TOOL-001", CT, InteractionType.VALIDATE, {})

    first, second = guard().validate(*asked), guard().validate(*asked)

    assert first.is_valid and second.is_valid
    assert len({first.correlation_id, second.correlation_id, ""}) == 3


@pytest.mark.parametrize(
    "name", [*thespec.VENDORS, "zoom info", "ZOOM-INFO", "seamless ai", "snov.io"]
)
def test_banned_vendors_are_known_however_they_are_written(name):
    found = guard().check_vendor(name)

    assert found.violation_code == "V-TOOL-002" and "Instead: " in found.message
    assert code("TOOL-001", CT, "VALIDATE", {"vendor": name}) == "V-TOOL-002"


@pytest.mark.parametrize("name", [*thespec.LIBRARIES, "bs4", "Beautiful-Soup_4", "LXML"])
def test_banned_libraries_are_known_by_all_their_names(name):
    assert guard().check_library(name).violation_code == "V-TOOL-002"


@pytest.mark.parametrize("name", ["requests-oauthlib", "httpx", "playwright", "", "lxm"])
def test_other_libraries_are_free(name):
    assert guard().check_library(name) is None


@pytest.mark.parametrize("name", [*thespec.PATTERNS, "Bulk enrichment"])
def test_banned_patterns_are_known(name):
    assert guard().check_pattern(name).violation_code == "V-TOOL-002"
    assert guard().check_vendor(name) is None


def test_a_name_that_is_no_text_is_refused():
    with pytest.raises(ValueError):
        guard().check_vendor(None)


def test_each_step_is_shown_with_its_answer():
    shown = guard().explain("TOOL-011", OUTREACH, InteractionType.WRITE, FULL)

    assert [(one.step, one.passed) for one in shown] == [
        ("Kill switches", True),
        ("Banned list", True),
        ("Registry", True),
        ("Hub", True),
        ("Interaction", True),
        ("Tier", True),
        ("Kinds of facts", True),
        ("Attempts", True),
        ("Gate conditions", True),
        ("Human approval", False),
    ]
    assert shown[2].answer == "TOOL-011 RetellCaller is in version 2 of the canon."
    assert shown[5].answer == "Tier 2, surgical; conditions to meet: 4."


@pytest.mark.parametrize("tool", ANYBODY)
def test_what_is_shown_ends_where_the_answer_does(tool):
    for hub, kind in itertools.product(HUBS, INTERACTIONS):
        shown = guard().explain(tool, hub, InteractionType(kind), {})
        result = guard().validate(tool, hub, InteractionType(kind), {})

        asked = [one for one in shown if one.passed is not None]
        assert len(shown) == 10
        assert all(one.passed for one in asked) is result.is_valid
        if result.violation:
            assert asked[-1].answer == result.violation.message


def test_what_the_ledger_knows_is_raised_by_the_caller_and_never_lowered(monkeypatch):
    monkeypatch.setattr(lookups, "LEDGERS", [lambda tool, hub, entity: 1])
    mx = {"domain_verified": True, "mx_present": True}

    assert code("TOOL-008", CT, "ENRICH", mx, entity="a") == "V-GATE-003"
    assert code("TOOL-008", CT, "ENRICH", mx | {"pattern_attempts": 0}, entity="a") == "V-GATE-003"
    # of nobody no attempt is known
    assert code("TOOL-008", CT, "ENRICH", mx) is None


def test_what_somebody_has_agreed_to_passes_once_all_else_does(monkeypatch):
    asked = []

    def agreed(tool, hub, entity, facts):
        asked.append((tool.id, hub, entity, dict(facts)))
        return True

    monkeypatch.setattr(lookups, "APPROVALS", [agreed])

    assert code("TOOL-011", OUTREACH, "WRITE", FULL, entity="a") is None
    assert asked == [("TOOL-011", OUTREACH, "a", FULL)]
    # nobody is asked about a call that would fail anyway
    assert code("TOOL-011", OUTREACH, "WRITE", FULL | {"bit_score": 1}) == "V-GATE-001"
    assert len(asked) == 1
