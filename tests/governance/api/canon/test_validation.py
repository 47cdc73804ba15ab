"""Asking the guard by the API."""

import pytest

from governance.models import Event
from tests import make
from tests.callers import Caller

pytestmark = pytest.mark.django_db
VALIDATE = "/api/canon/validate/"
CALL = {
    "tool_id": "TOOL-008",
    "hub_id": "HUB-COMPANY-TARGET",
    "interaction_type": "ENRICH",
    "gate_state": {"domain_verified": True, "mx_present": True},
}


@pytest.fixture
def analyst() -> Caller:
    return Caller(make.analyst())


def test_a_call_that_may_be_made_is_answered_with_its_correlation_id(analyst):
    said = analyst.post(VALIDATE, CALL | {"correlation_id": "abc-1", "entity": "ACME"}).json()

    assert said == {
        "is_valid": True,
        "violation": None,
        "stopped": None,
        "correlation_id": "abc-1",
    }


def test_without_a_correlation_id_one_is_made(analyst):
    first, second = (analyst.post(VALIDATE, CALL).json()["correlation_id"] for _ in range(2))

    assert len(first) == 36 and first != second


def test_a_refusal_is_an_answer_with_everything_that_fails(analyst):
    answer = analyst.post(VALIDATE, CALL | {"gate_state": {"mx_present": 1}})

    assert answer.status_code == 200
    violation = answer.json()["violation"]
    assert (violation["violation_code"], violation["severity"]) == ("V-GATE-001", "CRITICAL")
    assert violation["disposition"] == "PARK"
    assert [one["fact"] for one in violation["context"]["failed"]] == [
        "mx_present",
        "domain_verified",
    ]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"tool_id": 8}, "tool_id must be a text"),
        ({"hub_id": None}, "hub_id must be a text"),
        ({"interaction_type": "BUY"}, "interaction_type is none that there is"),
        ({"interaction_type": ["ENRICH"]}, "interaction_type is none that there is"),
        ({"gate_state": []}, "gate_state maps names of facts"),
        ({"gate_state": None}, "gate_state maps names of facts"),
        ({"entity": 5}, "entity must be a text or an id"),
        ({"entity": "x" * 256}, "entity takes at most 255"),
        ({"correlation_id": {}}, "correlation_id must be a text or an id"),
        ({"correlation_id": "a\u200bb"}, "correlation_id takes at most 255"),
        ({"colour": "red"}, "Unknown key “colour”"),
        ({"entity": "nul \0"}, ""),
    ],
)
def test_an_argument_of_a_wrong_type_is_a_problem(analyst, changed, said):
    answer = analyst.post(VALIDATE, CALL | changed)

    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    assert said in answer.json()["detail"]


@pytest.mark.parametrize("missing", list(CALL))
def test_an_argument_that_is_missing_is_named(analyst, missing):
    answer = analyst.post(VALIDATE, {name: CALL[name] for name in CALL if name != missing})

    assert answer.status_code == 400
    assert answer.json()["key"] == missing


@pytest.mark.parametrize("body", [[], "TOOL-001", 5, b"{", b"null"])
def test_a_body_that_is_no_object_is_a_problem(analyst, body):
    assert analyst.post(VALIDATE, body).status_code == 400


@pytest.mark.parametrize(
    "facts",
    [
        {"x_at": "9999-12-31T23:59:59Z"},
        {"bit_score": 10**17, "contact_timezone": "Mars/Base"},
        {"": "", "a" * 10_000: ["b" * 10_000]},
    ],
)
def test_any_facts_have_an_answer(analyst, facts):
    assert analyst.post(VALIDATE, CALL | {"gate_state": facts}).status_code == 200


def test_nothing_is_recorded(analyst):
    before = Event.objects.count()

    analyst.post(VALIDATE, CALL | {"tool_id": "TOOL-999"})

    assert Event.objects.count() == before


def test_a_token_of_a_pipeline_asks_too():
    caller = Caller(None, "pipeline", pipeline="loader")

    assert caller.post(VALIDATE, CALL).json()["is_valid"] is True
