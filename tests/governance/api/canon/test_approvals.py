"""Agreements to calls, asked for by programs, decided by people, seen by who asked."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from governance.api.serializers.canon.askedcalls import AskBody
from governance.models import Approval, AskedCall
from tests import make
from tests.callers import Caller
from tests.governance.services.canon.calling import FACTS, HUB, now, requested

pytestmark = pytest.mark.django_db
PATH = "/api/canon/approvals/"


def body(**given):
    call = {
        "tool_id": "TOOL-011",
        "hub_id": HUB,
        "interaction_type": "WRITE",
        "entity": "acme.example",
        "gate_state": FACTS,
    }
    return call | given


@pytest.fixture
def caller():
    return Caller(make.triager(), "pipeline")


def test_a_call_is_asked_for_and_shown(caller):
    company = make.company()

    answer = caller.post(PATH, body(entity=str(company.outreach_id), note="She asked."))

    assert answer.status_code == 201
    said = answer.json()
    assert said["state"] == "pending" and said["note"] == "She asked."
    assert said["call"] == {
        "tool_id": "TOOL-011",
        "tool": "retell-caller",
        "hub_id": HUB,
        "interaction_type": "WRITE",
        "entity": str(company.outreach_id),
        "company": str(company.outreach_id),
        "gate_state": FACTS,
        "price": "0.07 USD a minute",
        "canon_version": 2,
        "correlation_id": "",
        "account": caller.token.account.username,
    }
    assert answer["Location"] == f"/api/approvals/{said['id']}/"


def test_sent_again_it_is_the_same_request(caller):
    first = caller.post(PATH, body()).json()

    again = caller.post(PATH, body(gate_state=FACTS | {"bit_score": 80.0}))

    assert (again.status_code, again.json()["id"]) == (200, first["id"])
    assert AskedCall.objects.count() == 1


@pytest.mark.parametrize(
    ("changed", "status", "code"),
    [
        ({"gate_state": FACTS | {"bit_score": 74}}, 409, "V-GATE-001"),
        ({"gate_state": FACTS | {"bit_score": "80"}}, 409, "V-GATE-001"),
        ({"tool_id": "TOOL-999"}, 409, "V-TOOL-001"),
        ({"hub_id": "HUB-DOL"}, 409, "V-SCOPE-001"),
        ({"interaction_type": "READ"}, 409, "V-TYPE-001"),
    ],
)
def test_what_would_be_refused_anyway_is_refused_here(caller, changed, status, code):
    answer = caller.post(PATH, body(**changed))

    assert (answer.status_code, answer.json()["violation_code"]) == (status, code)
    assert not Approval.objects.exists()


@pytest.mark.parametrize(
    "changed",
    [
        {"gate_state": []},
        {"gate_state": None},
        {"gate_state": FACTS | {"x": "y" * 10_000}},
        {"entity": ""},
        {"entity": "a\nb"},
        {"entity": None},
        {"interaction_type": "CALL"},
        {"tool_id": "x" * 300},
        {"note": []},
        {"surplus": 1},
        {"correlation_id": "\0"},
    ],
)
def test_what_cannot_be_asked_is_a_problem(caller, changed):
    answer = caller.post(PATH, body(**changed))

    assert answer.status_code in (400, 409, 422)
    assert not Approval.objects.exists()


def test_a_call_that_needs_nobody_is_told_so(caller):
    blog = body(tool_id="TOOL-004", hub_id="HUB-BLOG-001", interaction_type="READ", gate_state={})

    answer = caller.post(PATH, blog)

    assert answer.status_code == 409
    assert "needs nobody's agreement" in answer.json()["detail"]


def test_one_sees_ones_own_and_that_of_ones_pipelines():
    caller = Caller(make.manager(), "pipeline")
    mine = caller.post(PATH, body()).json()["id"]
    requested(entity="other.example")
    token, _ = make.token(pipeline="outreach", by=caller.token.account, scopes=["pipeline"])
    piped = requested(entity="third.example", by=token.account, token=token)

    found = caller.get(f"{PATH}?sort=asked").json()["results"]

    assert [one["id"] for one in found] == [mine, piped.pk]
    assert caller.get(f"{PATH}?state=approved").json()["results"] == []
    assert caller.get(f"{PATH}?nonsense=1").status_code == 400


def test_people_decide_on_calls_as_on_operations(caller):
    asked = caller.post(PATH, body()).json()
    manager = Caller(make.manager(), "approve")
    address = f"/api/approvals/{asked['id']}/"

    seen = manager.get(address).json()
    refused = manager.post(f"{address}approve/", {"plan_hash": "0" * 64})
    approved = manager.post(f"{address}approve/", {"plan_hash": seen["plan_hash"]})

    assert seen["title"] == "Call by RetellCaller to acme.example"
    assert seen["opened"]["may_vote"] and not seen["opened"]["undoable"]
    assert seen["links"] == {"page": f"/approvals/{asked['id']}/"}
    assert (refused.status_code, approved.status_code) == (409, 200)
    assert approved.json()["state"] == "approved"


def test_a_call_is_rejected_withdrawn_and_discarded(caller):
    manager = Caller(make.manager(), "approve")
    first, second = (
        caller.post(PATH, body(entity=name)).json() for name in ("a.example", "b.example")
    )
    steering = Caller(caller.token.account, "triage")

    rejected = manager.post(f"/api/approvals/{first['id']}/reject/", {"comment": "No."})
    discarded = steering.post(f"/api/approvals/{first['id']}/discard/", {})
    withdrawn = steering.post(f"/api/approvals/{second['id']}/withdraw/", {})

    assert rejected.json()["state"] == "rejected"
    assert discarded.json()["discarded_at"] and withdrawn.json()["state"] == "withdrawn"


def test_who_made_a_pipelines_token_does_not_decide(client):
    person = make.manager()
    token, secret = make.token(pipeline="outreach", by=person, scopes=["pipeline"])
    asked = client.post(
        PATH,
        body(),
        content_type="application/json",
        headers={"Authorization": f"Bearer {secret}"},
    ).json()

    own = Caller(person, "approve").post(
        f"/api/approvals/{asked['id']}/approve/", {"plan_hash": asked["plan_hash"]}
    )

    assert asked["requester"] == person.username
    assert asked["call"]["account"] == token.account.username
    assert own.status_code == 403
    assert now(Approval.objects.get(pk=asked["id"])).state == "pending"


@pytest.mark.parametrize("path", [PATH, "/api/approvals/"])
def test_a_list_costs_the_same_for_one_request_and_many(caller, path):
    def cost():
        with CaptureQueriesContext(connection) as queries:
            assert caller.get(path).status_code == 200
        return len(queries)

    requested(by=caller.token.account)
    cost()
    one = cost()
    for number in range(20):
        requested(by=caller.token.account, entity=f"e{number}.example")

    assert cost() == one


def test_the_example_of_the_schema_is_taken(caller):
    assert caller.post(PATH, AskBody.example).status_code == 201
