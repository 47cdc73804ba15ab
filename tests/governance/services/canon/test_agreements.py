"""Agreements to calls: asked for once, given by others, spent once, void when what they are bound to changes."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from governance.exceptions import CallRefused, NotPermitted, VoteRefused
from governance.models import Approval, ApprovalPolicy, AskedCall, Event
from governance.services.approvals import counts, requests, votes
from governance.services.canon import agreements
from governance.toolbox import openings
from tests import make
from tests.governance.services.canon.calling import (
    ENTITY,
    FACTS,
    HUB,
    approved,
    now,
    requested,
    spend,
    tool,
)

pytestmark = pytest.mark.django_db


def steps_of(approval: Approval) -> list[tuple[str, str | None]]:
    events = Event.objects.filter(subject_type="approval", subject_key=str(approval.pk))
    return list(events.order_by("pk").values_list("action", "actor"))


def test_a_request_keeps_the_call_as_it_was_asked_for():
    company = make.company()
    person = make.triager()

    found = requested(by=person, entity=company.outreach_id, note="She asked.")

    call = found.asked_call
    assert (call.tool, call.tool_id, call.hub_id) == ("retell-caller", "TOOL-011", HUB)
    assert (call.outreach, call.told) == (company.outreach, FACTS)
    assert (call.canon_version, call.price) == (2, "0.07 USD a minute")
    assert (found.plan_hash, found.state, found.requester) == (call.digest, "pending", person)
    assert found.policy["name"] == "TOOL-CALL"


def test_the_same_call_is_asked_for_once():
    first = requested()

    again = requested(facts=dict(reversed(FACTS.items())) | {"bit_score": Decimal("80.0")})

    assert again == first
    assert AskedCall.objects.count() == 1


def test_a_call_with_other_facts_makes_the_request_void():
    first, given = requested(), approved(entity="other.example")

    requested(facts=FACTS | {"bit_score": 81})
    requested(facts=FACTS | {"bit_score": 81}, entity="other.example")

    assert [now(one).state for one in (first, given)] == ["void", "void"]
    assert "changed" in now(first).state_note
    assert spend() is None
    with pytest.raises(VoteRefused, match="void"):
        votes.approve(first, by=make.manager())


def test_an_agreement_lets_exactly_one_call_through():
    given = approved()

    first, second = spend(correlation_id="c-1"), spend(correlation_id="c-2")

    assert (first, second) == (given.pk, None)
    spent = now(given)
    assert (spent.state, spent.used_by_call) == ("used", "c-1")
    assert spent.used_at is not None


@pytest.mark.parametrize(
    "changed",
    [
        {"facts": FACTS | {"bit_score": 81}},
        {"facts": FACTS | {"vendor": "Acme"}},
        {"facts": {"bit_score": 80}},
        {"entity": "other.example"},
        {"entity": None},
        {"hub_id": "HUB-PEOPLE"},
        {"facts": FACTS | {"odd": object()}},
    ],
)
def test_an_agreement_is_to_nothing_else(changed):
    given = approved()

    assert spend(**changed) is None
    assert now(given).state == "approved"


@pytest.mark.parametrize("value", [80.0, Decimal("80.00")])
def test_an_agreement_is_to_the_meaning_of_facts(value):
    approved()

    assert spend(facts=dict(reversed(FACTS.items())) | {"bit_score": value})


@pytest.mark.parametrize("end", ["pending", "rejected", "withdrawn", "expired"])
def test_nothing_but_a_live_agreement_is_spent(end):
    asked = requested()
    if end == "rejected":
        votes.reject(asked, by=make.manager(), comment="Not today.")
    elif end == "withdrawn":
        requests.withdraw(asked, by=asked.requester)
    elif end == "expired":
        votes.approve(asked, by=make.manager())
        Approval.objects.filter(pk=asked.pk).update(expires_at=timezone.now())

    assert spend() is None


def test_an_expired_agreement_is_asked_for_anew():
    old = approved()
    Approval.objects.filter(pk=old.pk).update(expires_at=timezone.now())

    fresh = requested()

    assert (now(old).state, fresh.state) == ("expired", "pending")


@pytest.mark.parametrize("who", [make.manager, make.superuser])
def test_who_asked_never_approves(who):
    person = who()
    asked = requested(by=person)

    with pytest.raises(VoteRefused, match="somebody else has to decide"):
        votes.approve(asked, by=person)


def test_who_approved_makes_no_call_by_it():
    person = make.manager()
    given = votes.approve(requested(), by=person)

    assert spend(requester=person) is None
    assert spend(requester=make.triager()) == given.pk


def test_a_pipeline_counts_as_who_made_its_token():
    person = make.manager()
    token, _ = make.token(pipeline="calls", by=person, scopes=["pipeline"])

    asked = requested(by=token.account, token=token)

    assert (asked.requester, asked.asked_call.account) == (person, token.account)
    with pytest.raises(VoteRefused, match="somebody else has to decide"):
        votes.approve(asked, by=person)
    votes.approve(asked, by=make.manager())
    assert spend(requester=token.account) == asked.pk


def test_a_token_of_the_command_line_leaves_the_pipeline_as_who_asked():
    token, _ = make.token(pipeline="calls", by=None, scopes=["pipeline"], os_user="root")

    assert requested(by=token.account).requester == token.account


@pytest.mark.parametrize("loss", ["group", "account"])
def test_the_word_of_somebody_who_left_does_not_count(loss):
    person = make.manager()
    given = votes.approve(requested(), by=person)
    make.lose(person, loss)

    assert spend() is None
    assert counts.recount_open() == 1
    assert now(given).state == "pending"
    votes.approve(given, by=make.manager())
    assert spend() == given.pk


def test_a_quorum_of_two_needs_two():
    ApprovalPolicy.objects.filter(name="TOOL-CALL").update(quorum=2)
    asked = votes.approve(requested(), by=make.manager())
    assert spend() is None

    votes.approve(asked, by=make.manager())

    assert spend() == asked.pk


def test_it_lasts_from_the_agreement_on_as_long_as_the_policy_says():
    asked = requested()
    Approval.objects.filter(pk=asked.pk).update(expires_at=timezone.now() + timedelta(minutes=5))

    votes.approve(asked, by=make.manager())

    hours = asked.asked_call.hours
    expected = openings.lasts_until(timezone.now(), 24, "UTC", hours)
    assert abs(now(asked).expires_at - expected) < timedelta(minutes=1)


def test_every_step_is_in_the_history_and_hangs_on_the_company():
    company, asker, manager = make.company(), make.triager(), make.manager()
    asked = requested(by=asker, entity=str(company.outreach_id))
    votes.approve(asked, by=manager)
    caller = make.triager()
    spend(entity=str(company.outreach_id), requester=caller)

    assert steps_of(asked) == [
        ("approval.requested", asker.username),
        ("approval.approved", manager.username),
        ("approval.spent", caller.username),
    ]
    about = Event.objects.filter(outreach_id=company.outreach_id, subject_type="approval")
    assert about.count() == 3


def test_the_end_of_a_request_is_in_the_history_with_its_reason():
    rejected, withdrawn, void, expired = (requested(entity=name) for name in "abcd")
    votes.reject(rejected, by=make.manager(), comment="Not today.")
    requests.withdraw(withdrawn, by=withdrawn.requester)
    requested(entity="c", facts=FACTS | {"bit_score": 90})
    requests.expire_stale(at=expired.expires_at)

    last = [steps_of(one)[-1][0] for one in (rejected, withdrawn, void, expired)]
    assert last == [
        "approval.rejected",
        "approval.withdrawn",
        "approval.voided",
        "approval.expired",
    ]
    event = Event.objects.get(action="approval.rejected")
    assert event.reason == "Not today."


def test_a_policy_names_further_tools_and_hubs():
    tool_8 = {"tool": tool("TOOL-008"), "hub_id": "HUB-PEOPLE", "facts": {"mx_present": True}}
    with pytest.raises(CallRefused, match="No approval policy"):
        requested(**tool_8)

    make.policy(name="HUNTER", subject="tool_call", tools=["hunter-enricher"], quorum=2)

    assert requested(**tool_8).policy["name"] == "HUNTER"
    # of several the strictest counts
    make.policy(name="ALL-OUTREACH", subject="tool_call", hubs=[HUB], quorum=3)
    assert requested().policy["name"] == "ALL-OUTREACH"


@pytest.mark.parametrize("entity", [None, "", "a\nb", "x" * 256, "\ud800"])
def test_a_request_is_about_one_entity(entity):
    with pytest.raises(CallRefused, match="names none"):
        requested(entity=entity)


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        (FACTS | {"odd": object()}, "cannot be written down"),
        (FACTS | {"long": "x" * 10_000}, "nobody can read them"),
    ],
)
def test_nobody_agrees_to_what_nobody_can_read(facts, said):
    with pytest.raises(CallRefused, match=said):
        requested(facts=facts)


def test_what_cannot_be_stored_of_a_note_is_replaced():
    asked = requested(note="a\0b\ud800", correlation_id="c" * 1_000)

    assert asked.note == "a\ufffdb?"
    assert len(asked.asked_call.correlation_id) == 255


def test_only_who_may_asks():
    with pytest.raises(NotPermitted):
        agreements.open_request(
            tool=tool(), hub_id=HUB, entity=ENTITY, facts=FACTS, by=make.viewer()
        )
