"""Calls by the API: reserved, settled once, listed; each refusal under a status of its own."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from governance.models import Approval, KillSwitch, ToolCall, ToolUsage
from governance.services.approvals import votes
from tests import ledgers, make
from tests.callers import Caller
from tests.governance.services.canon import calling

CALLS = "/api/canon/calls/"
FACTS = {"domain_verified": True, "mx_present": True}
HUNTER = {
    "tool_id": "TOOL-008",
    "hub_id": "HUB-COMPANY-TARGET",
    "interaction_type": "ENRICH",
    "gate_state": FACTS,
    "entity": "acme.example",
}
MX = {
    "tool_id": "TOOL-001",
    "hub_id": "HUB-PEOPLE",
    "interaction_type": "VALIDATE",
}


@pytest.fixture
def world(committed_db, redis_server, monkeypatch):
    ledgers.at_ease(monkeypatch)


@pytest.fixture
def pipeline(world) -> Caller:
    return Caller(pipeline="loader", scopes=["pipeline"])


def test_a_call_is_reserved_and_settled_once(pipeline):
    answer = pipeline.post(CALLS, HUNTER | {"correlation_id": "mine"})

    said = answer.json()
    assert answer.status_code == 201
    assert (said["status"], said["correlation_id"], said["cost"]) == ("reserved", "mine", 0.008)
    token = pipeline.token
    assert said["by"] == token.account.username and said["person"] == token.created_by.username
    end = {"status": "succeeded", "duration": 412, "answer_stored": True}
    first = pipeline.post(answer["Location"], end)
    again = pipeline.post(answer["Location"], end)
    other = pipeline.post(answer["Location"], end | {"status": "failed"})
    assert (first.status_code, again.status_code, other.status_code) == (200, 200, 409)
    assert first.json() == again.json()
    call = ToolCall.objects.get()
    assert (call.status, call.duration, call.is_stored) == ("succeeded", 412, True)


def test_a_call_is_called_off_once_about_an_entity_and_goes_on_counting(pipeline):
    off = {"status": "called_off", "duration": 9, "cost": "0", "answer_stored": True}
    for _ in range(2):
        place = pipeline.post(CALLS, HUNTER)["Location"]
        answers = [pipeline.post(place, off) for _ in range(2)]
        assert [answer.status_code for answer in answers] == [200, 200]

    refused = pipeline.post(CALLS, HUNTER)

    assert refused.json()["violation_code"] == "V-GATE-003"
    said = answers[0].json()
    assert (said["status"], said["duration"], said["is_stored"]) == ("called_off", None, False)
    assert set(ToolUsage.objects.values_list("calls", "cost")) == {(2, Decimal("0.016"))}


def test_a_call_is_not_called_off_later_than_a_minute_nor_given_back_by_word(pipeline):
    hour_ago = timezone.now() - timedelta(hours=1)
    call = ledgers.call(by=pipeline.token.account, reserved_at=hour_ago)
    place = f"{CALLS}{call.pk}/settle/"

    late = pipeline.post(place, {"status": "called_off"})
    word = pipeline.post(place, {"status": "given_back"})

    assert (late.status_code, word.status_code) == (409, 422)
    assert "60 s ago" in late.json()["detail"] and "failed" in late.json()["what_to_do"]
    assert pipeline.post(place, {"status": "failed"}).status_code == 200


def test_a_broken_rule_is_named(pipeline):
    pipeline.post(CALLS, HUNTER)

    answer = pipeline.post(CALLS, HUNTER)

    assert answer.status_code == 409
    assert answer.json()["violation_code"] == "V-GATE-003"


def test_a_call_that_lacks_only_a_person_asks_for_one_and_passes_once(pipeline):
    facts = {"bit_score": 80, "contact_verified": True, "dnc_checked": True}
    call = HUNTER | {
        "tool_id": "TOOL-011",
        "hub_id": "HUB-OUTREACH",
        "interaction_type": "WRITE",
        "gate_state": facts | {"contact_timezone": calling.where_it_is_noon()},
        "request_approval": True,
    }

    refused = pipeline.post(CALLS, call, Idempotency_Key="one").json()
    again = pipeline.post(CALLS, call, Idempotency_Key="one")

    assert refused["violation_code"] == "V-GATE-002"
    assert again["Idempotent-Replayed"] == "true" and again.json() == refused
    approval = Approval.objects.get(pk=refused["approval"]["id"])
    assert pipeline.get(refused["approval"]["address"]).status_code == 200
    votes.approve(approval, by=make.manager())
    assert [pipeline.post(CALLS, call).status_code for _ in range(2)] == [201, 409]
    assert Approval.objects.filter(state="used").count() == 1


def test_nobody_is_asked_for_a_call_that_would_fail_anyway(pipeline):
    refused = pipeline.post(CALLS, HUNTER | {"gate_state": {}, "request_approval": True})

    assert refused.json()["violation_code"] == "V-GATE-001"
    assert "approval" not in refused.json() and not Approval.objects.exists()


def test_who_comes_too_often_is_told_when_to_come_again(pipeline):
    ledgers.in_force(
        ("50 per second\n      - 50000 per day", "1 per minute\n      - 50000 per day")
    )
    assert pipeline.post(CALLS, MX).status_code == 201

    answer = pipeline.post(CALLS, MX)

    assert answer.status_code == 429 and 50 <= int(answer["Retry-After"]) <= 60
    assert answer.json()["wait_seconds"] == int(answer["Retry-After"])


def test_what_is_closed_says_until_when_and_what_is_stopped_why(pipeline):
    ledgers.in_force(("50000 per day", "1 per day"))
    pipeline.post(CALLS, MX)

    closed = pipeline.post(CALLS, MX)
    KillSwitch.objects.create(tool="", reason="Audit.", by=make.manager())
    stopped = pipeline.post(CALLS, MX)

    assert (closed.status_code, stopped.status_code) == (503, 503)
    assert closed.json()["closed_until"].endswith("T00:00:00+00:00")
    assert int(closed["Retry-After"]) > 0
    assert "Audit" in stopped.json()["detail"] and "closed_until" not in stopped.json()


def test_the_same_request_twice_takes_one_attempt(pipeline):
    first = pipeline.post(CALLS, HUNTER, Idempotency_Key="one")
    again = pipeline.post(CALLS, HUNTER, Idempotency_Key="one")

    assert first.status_code == again.status_code == 201
    assert first.json() == again.json()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "wrong",
    [
        {"tool_id": None},
        {"tool_id": "a\u0007"},
        {"hub_id": ["x"]},
        {"interaction_type": "GUESS"},
        {"gate_state": []},
        {"entity": "x" * 10_000},
        {"correlation_id": {"a": 1}},
    ],
)
def test_what_is_no_call_is_refused(wrong):
    caller = Caller(make.triager(), "pipeline")

    assert caller.post(CALLS, HUNTER | wrong).status_code == 422


@pytest.mark.django_db
@pytest.mark.parametrize("text", ["a\u0007b", "\u200b"])
def test_letters_that_cannot_be_seen_are_refused_in_words(text):
    caller = Caller(make.triager(), "pipeline")

    answer = caller.post(CALLS, HUNTER | {"entity": text})

    assert answer.status_code == 422 and "entity" in answer.json()["detail"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "wrong",
    [
        {"status": "reserved"},
        {"duration": -1},
        {"duration": 10**12},
        {"cost": "NaN"},
        {"cost": "Infinity"},
        {"cost": -1},
        {"fault": "x" * 300},
    ],
)
def test_what_is_no_end_of_a_call_is_refused(wrong):
    caller = Caller(make.triager(), "pipeline")
    call = ledgers.call(by=caller.token.account)

    answer = caller.post(f"{CALLS}{call.pk}/settle/", {"status": "failed"} | wrong)

    assert answer.status_code == 422
    call.refresh_from_db()
    assert call.status == "reserved"


@pytest.mark.django_db
def test_a_call_of_another_account_is_not_there_to_be_settled():
    call = ledgers.call(by=make.triager())

    answer = Caller(make.triager(), "pipeline").post(
        f"{CALLS}{call.pk}/settle/", {"status": "failed"}
    )

    assert answer.status_code == 404


@pytest.mark.django_db
def test_a_cost_that_is_told_is_kept():
    caller = Caller(make.triager(), "pipeline")
    call = ledgers.call(by=caller.token.account)

    said = caller.post(f"{CALLS}{call.pk}/settle/", {"status": "failed", "cost": "0.25"}).json()

    assert (said["cost"], said["is_stored"]) == (0.25, False)


@pytest.mark.django_db
def test_a_cost_that_is_told_does_not_lower_that_of_the_canon():
    caller = Caller(make.triager(), "pipeline")
    call = ledgers.call(by=caller.token.account, cost=Decimal("0.001"))
    place = f"{CALLS}{call.pk}/settle/"

    answers = [caller.post(place, {"status": "succeeded", "cost": 0}) for _ in range(2)]

    assert [answer.json()["cost"] for answer in answers] == [0.001, 0.001]


@pytest.mark.django_db
def test_the_ledger_is_listed_newest_first_and_filtered():
    reader = Caller(make.analyst())
    calls = [
        ledgers.call(reserved_at=f"2026-02-0{day}T00:00Z", hub=hub)
        for day, hub in enumerate(("HUB-DOL", "HUB-PEOPLE", "HUB-BLOG-001"), start=1)
    ]

    rows = reader.get(f"{CALLS}?size=2").json()
    one = reader.get(f"{CALLS}?hub=HUB-PEOPLE").json()["results"]

    assert [row["id"] for row in rows["results"]] == [calls[2].pk, calls[1].pk]
    following = reader.get(rows["next"]).json()
    assert [row["id"] for row in following["results"]] == [calls[0].pk]
    assert [row["id"] for row in one] == [calls[1].pk]
    assert reader.get(f"{CALLS}?colour=red").status_code == 400


@pytest.mark.django_db
def test_a_list_costs_the_same_for_one_call_and_a_hundred():
    reader = Caller(make.analyst())

    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert reader.get(CALLS).status_code == 200
        return len(asked)

    ledgers.call(by=make.triager())
    # the first request notes that the token is used
    queries()
    few = queries()
    for _ in range(30):
        ledgers.call(by=make.triager(), person=make.manager())

    assert queries() == few
