"""What stands against a call that somebody asks for, and under which policy it is asked."""

from datetime import timedelta

import pytest
from django.db import connection

from governance.exceptions import VoteRefused
from governance.models import Event
from governance.queries.canon import asked, current
from governance.services.approvals import votes
from governance.services.canon import agreements, versions
from tests import make
from tests.governance.canon import canons
from tests.governance.services.canon.calling import FACTS, NOON, now, requested


@pytest.mark.django_db
def test_nothing_stands_against_a_call_under_the_canon_in_force():
    assert asked.void_because(requested()) == ""


def test_a_request_under_another_canon_takes_no_vote_and_ends(committed_db):
    found, bystander = requested(), requested(entity="other.example")
    votes.reject(bystander, by=make.manager(), comment="No.")
    text = canons.text(3, ("0.07 USD a minute", "0.08 USD a minute"))
    versions.enforce(versions.load(text, by=make.manager()), by=make.manager(), reason="Reviewed.")

    with pytest.raises(VoteRefused, match="asked under version 2 of the canon, and version 3"):
        votes.approve(found, by=make.manager())
    ended = agreements.end_void()

    assert (ended, now(found).state, now(bystander).state) == (1, "void", "rejected")
    assert "version 3 is in force" in now(found).state_note
    event = Event.objects.get(action="approval.voided")
    assert (event.actor, event.reason) == ("system", now(found).state_note)
    assert agreements.end_void() == 0
    # asked for anew it is another request
    fresh = requested()
    assert fresh.pk != found.pk and fresh.asked_call.price == "0.08 USD a minute"


@pytest.mark.django_db
def test_while_nobody_knows_the_canon_nobody_votes_and_nothing_ends(monkeypatch):
    found = requested()
    fresh = current.Knowledge()
    monkeypatch.setattr(current, "KNOWLEDGE", fresh)
    monkeypatch.setitem(connection.settings_dict, "HOST", "/nowhere")

    assert asked.void_because(found) == current.AWAY
    assert agreements.end_void() == 0
    assert now(found).state == "pending"


@pytest.mark.django_db
def test_it_lasts_by_the_clock_of_the_contact():
    there = requested(facts=FACTS | {"contact_timezone": "Asia/Kolkata"}).asked_call

    # 17:30 there: two hours are left of the day
    assert asked.lasts_until(there, {"hours_valid": 4}, NOON) == NOON + timedelta(hours=4 + 13)
    assert asked.lasts_until(there, {"hours_valid": 2}, NOON) == NOON + timedelta(hours=2)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("tool", "hub", "is_named", "name"),
    [
        ("retell-caller", "HUB-OUTREACH", True, "TOOL-CALL"),
        ("firecrawl", "HUB-BLOG-001", False, None),
        ("apollo-enricher", "HUB-PEOPLE", False, "APOLLO"),
        ("mx-lookup", "HUB-TALENT-FLOW", False, "TALENT"),
        ("mx-lookup", "HUB-TALENT-FLOW", True, "TALENT"),
    ],
)
def test_the_strictest_policy_that_covers_a_call_is_asked(tool, hub, is_named, name):
    make.policy(name="APOLLO", subject="tool_call", tools=["apollo-enricher"], hubs=["HUB-PEOPLE"])
    make.policy(name="TALENT", subject="tool_call", hubs=["HUB-TALENT-FLOW"], quorum=2)
    make.policy(name="GONE", subject="tool_call", hubs=["HUB-BLOG-001"], is_active=False)

    found = asked.policy_for(tool, hub, is_named=is_named)

    assert (found.name if found else None) == name


@pytest.mark.django_db
def test_a_policy_says_in_words_what_it_covers():
    both = make.policy(subject="tool_call", tools=["a", "b"], hubs=["HUB-PEOPLE"])

    assert both.covers == "to make a call of a or b for HUB-PEOPLE"
    assert make.policy(subject="tool_call").covers == "to make a call that the canon names"
    assert make.policy(subject="tool_call", hubs=["H"]).covers == "to make a call of any tool for H"
