"""Requests in words: what became of them, by whom, and what their rows become."""

import pytest

from governance.models import Approval, Operation
from governance.services.approvals import requests, votes
from governance.templatetags import approvals
from tests import make
from tests.governance.rules import PARK_TRIED, RESET, RETRY, planned
from tests.governance.services.approvals.asked import requested
from tests.governance.services.canon import calling
from tests.markup import tight

db = pytest.mark.django_db


def parking(**given) -> Operation:
    asked = {"reason": "STRUCTURAL_NO_DOL_MATCH"}
    return Operation(**{"verb": "park", "parameters": asked, "filter": "disposition=RETRY"} | given)


@db
def test_a_request_says_in_the_past_tense_who_decided():
    approved, rejected, withdrawn = requested(), requested(), requested()
    manager = make.manager()

    votes.approve(approved, by=manager)
    votes.reject(rejected, by=manager, comment="no")
    requests.withdraw(withdrawn, by=withdrawn.requester)

    found = [
        approvals.verdict(Approval.objects.get(pk=one.pk))
        for one in (approved, rejected, withdrawn)
    ]
    assert found == [
        ("approved", "Approved", [manager]),
        ("rejected", "Rejected", [manager]),
        ("withdrawn", "Withdrawn", []),
    ]


def test_a_change_of_state_is_a_sentence_from_and_to():
    drawn = approvals.sentence(parking())

    assert drawn.index("RETRY") < drawn.index("→") < drawn.index("becomes") < drawn.index("PARKED")
    assert approvals.because(parking()) == "no match in the federal filings"


def test_a_state_that_stays_says_what_is_done_and_words_stand_as_they_were_typed():
    retry = parking(verb="retry", parameters={"note": "MX is back"})

    assert "→" not in approvals.sentence(retry)
    assert approvals.sentence(retry).endswith(", queued for a further attempt")
    assert approvals.because(retry) == "of “MX is back”"
    assert approvals.because(parking(verb="retry", parameters={})) == ""


def test_rows_of_many_states_say_what_they_become():
    assert "PARKED" in approvals.sentence(parking(filter="code=NO_MATCH"))
    assert "→" not in approvals.sentence(parking(filter="code=NO_MATCH"))


@db
def test_the_rules_of_a_run_are_sentences():
    make.error(retry_count=2)
    make.target("failed")
    run = planned(PARK_TRIED, RETRY, RESET)

    said = [
        tight(approvals.sentence(operation)) for operation in run.operations.order_by("position")
    ]

    assert said[2].replace("<", " <").startswith("failed")
    assert ["→" in one for one in said] == [True, False, True]


@db
def test_a_call_says_what_became_of_it():
    waits, given = calling.requested(entity="a.example"), calling.approved(entity="b.example")
    assert calling.spend(entity="b.example")

    assert approvals.verdict(waits).words == "Awaiting approval"
    assert approvals.verdict(given).words == "Approved, not made"
    assert approvals.verdict(calling.now(given)).words == "Approved and spent"
    assert approvals.came_of(given) == ""


@db
def test_a_call_is_named_by_its_gate_and_hub_and_told_by_its_facts():
    call, operation = calling.requested(), requested()

    assert approvals.about(call) == "V-GATE-002 · HUB-OUTREACH"
    assert approvals.about(operation) == operation.operation.reference
    assert approvals.came_of(operation) == "awaiting approval"
    assert approvals.read_key(call) == f"{call.pk}:{call.plan_hash}"
    assert "bit_score 80, contact_timezone “UTC”" in approvals.told_words(call.asked_call)
