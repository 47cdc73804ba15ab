"""Calls that wait for a person: opened in the inbox, read as one list, decided together."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from governance.services.approvals import requests, votes
from tests import make
from tests.governance.services.approvals import asked
from tests.governance.services.canon.calling import FACTS, now, requested, spend
from tests.markup import tight

pytestmark = pytest.mark.django_db
LIST = "/approvals/calls/"


@pytest.fixture
def manager(client):
    person = make.manager()
    client.force_login(person)
    return person


def key(approval):
    return f"{approval.pk}:{approval.plan_hash}"


def page_of(client, approval):
    return tight(client.get(f"/approvals/{approval.pk}/").content.decode())


def test_the_inbox_shows_calls_beside_operations(client, manager):
    company = make.company(company_name="Brightwater Pumps")
    call, operation = requested(entity=str(company.outreach_id)), asked.requested()

    page = tight(client.get("/approvals/").content.decode())

    assert "Call by RetellCaller to Brightwater Pumps" in page
    assert "V-GATE-002 · HUB-OUTREACH · policy TOOL-CALL" in page
    assert operation.operation.reference in page
    assert '<span data-figure="approvals_due">2</span>' in page
    assert f"/companies/{company.outreach_id}/" in page_of(client, call)


def test_a_call_says_all_that_is_agreed_to(client, manager):
    maker = make.manager(first_name="Kofi", last_name="Mensah")
    token, _ = make.token(pipeline="outreach", by=maker, scopes=["pipeline"])
    call = requested(
        by=token.account, token=token, note="She asked <b>us</b>.", correlation_id="c7e1-4f02"
    )

    page = page_of(client, call)

    for wanted in (
        "Kofi Mensah",
        "(outreach pipeline)",
        "c7e1-4f02",
        "She asked &lt;b&gt;us&lt;/b&gt;.",
        "0.07 USD a minute, by version 2 of the canon",
        "bit_score &gt;= 75",
        "none: a call cannot be taken back",
        "Approve one call",
        f'bound by hash <span class="mono">{call.plan_hash[:4]} ',
    ):
        assert wanted in page


def test_approving_lets_one_call_through(client, manager):
    call = requested()

    response = client.post(
        f"/approvals/{call.pk}/vote/",
        {"vote": "approve", "plan_hash": call.plan_hash, "comment": "Fine."},
    )

    assert response.status_code == 302
    assert now(call).state == "approved"
    assert "Approved, not made" in page_of(client, call)
    assert spend() == call.pk
    assert "Spent" in page_of(client, call)


def test_rejecting_says_why_and_waits_for_who_asked(client, manager):
    call = requested()

    client.post(
        f"/approvals/{call.pk}/vote/",
        {"vote": "reject", "plan_hash": call.plan_hash, "comment": "She has a new number."},
    )

    client.force_login(call.requester)
    overview = client.get("/").content.decode()
    assert "Rejected: Call by RetellCaller to acme.example" in overview
    assert "She has a new number." in page_of(client, call)
    client.post(f"/approvals/{call.pk}/discard/")
    assert "Rejected: Call by" not in client.get("/").content.decode()


def test_what_was_rejected_and_is_asked_for_anew_waits_no_longer(client):
    call = votes.reject(requested(), by=make.manager(), comment="Ask first.")
    requested(by=call.requester, facts=FACTS | {"asked": True})

    client.force_login(call.requester)

    assert "Rejected: Call by" not in client.get("/").content.decode()


def test_who_asked_takes_it_back_and_cannot_decide(client):
    person = make.manager()
    call = requested(by=person)
    client.force_login(person)

    page = page_of(client, call)
    vote = {"vote": "approve", "plan_hash": call.plan_hash, "comment": ""}
    refused = client.post(f"/approvals/{call.pk}/vote/", vote)
    client.post(f"/approvals/{call.pk}/withdraw/")

    assert "Take the request back" in page and "Approve one call" not in page
    assert refused.status_code == 403
    assert now(call).state == "withdrawn"
    assert "Withdrawn" in page_of(client, call)


def test_the_overview_names_the_call_that_waits(client, manager):
    requested()

    assert "Approve: Call by RetellCaller to acme.example" in client.get("/").content.decode()


def test_the_list_has_each_call_with_its_facts(client, manager):
    call = requested(note="She asked.")
    requested(entity="own.example", by=manager)

    page = tight(client.get(LIST).content.decode())

    assert key(call) in page and "own.example" not in page
    assert "bit_score 80" in page and "She asked." in page
    assert "1 ask, 1 can be decided" in page


def test_several_are_decided_together_and_each_says_what_became_of_it(client, manager):
    good, gone = requested(entity="a.example"), requested(entity="b.example")
    requests.withdraw(gone, by=gone.requester)

    response = client.post(LIST, {"vote": "approve", "calls": [key(good), key(gone)]})

    page = tight(response.content.decode())
    assert response.status_code == 200
    assert now(good).state == "approved"
    assert "This request is withdrawn already." in page
    assert "No call waits for you" in page


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"vote": "approve"},
        {"vote": "approve", "calls": ["1"]},
        {"vote": "approve", "calls": ["1:\0"]},
        {"vote": "maybe", "calls": ["1:" + "0" * 64]},
        {"vote": "reject", "calls": ["1:" + "0" * 64]},
        {"vote": "reject", "calls": ["1:" + "0" * 64], "comment": "x" * 2_001},
    ],
)
def test_what_cannot_be_decided_is_answered_with_the_list(client, manager, sent):
    call = requested()

    response = client.post(LIST, sent)

    assert response.status_code == 422
    assert key(call) in response.content.decode()
    assert now(call).state == "pending"


def test_ids_that_are_nobodys_are_told(client, manager):
    response = client.post(LIST, {"vote": "approve", "calls": ["9" * 18 + ":" + "0" * 64]})

    assert "None of them is there any more." in response.content.decode()


@pytest.mark.parametrize("address", [LIST, "/approvals/"])
def test_a_list_costs_the_same_for_one_call_and_many(client, manager, address):
    def cost():
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get(address)
        return len(queries)

    requested(entity="first.example")
    cost()
    one = cost()
    for number in range(30):
        company = make.company()
        requested(entity=str(company.outreach_id), facts=FACTS | {"number": number})

    assert cost() <= one


def test_nobody_else_opens_the_list(client):
    client.force_login(make.triager())

    assert client.get(LIST).status_code == 403
