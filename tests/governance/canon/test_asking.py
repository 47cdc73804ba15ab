"""Asking for the agreement to a call: only where that is all it lacks."""

from datetime import UTC, datetime, timedelta

import pytest

from governance.canon import asking
from governance.canon.guard import InteractionType, ToolCanonGuard, ToolCanonViolationError
from governance.canon.results import ToolStopped
from governance.exceptions import CallRefused
from governance.models import Approval
from governance.queries.canon import current
from governance.services.approvals import policies, votes
from governance.services.canon import switches
from tests import make
from tests.governance.services.canon.calling import ENTITY, FACTS, HUB, NOON, approved

NIGHT = datetime(2026, 2, 2, 22, tzinfo=UTC)


def ask(facts=FACTS, at=NOON, **given) -> Approval:
    call = {
        "tool_id": "TOOL-011",
        "hub_id": HUB,
        "interaction": InteractionType.WRITE,
        "entity": ENTITY,
    } | given
    by = call.pop("by", None) or make.triager()
    found, _ = asking.ask(**call, facts=facts, by=by, clock=lambda: at)
    return found


@pytest.mark.django_db
def test_a_call_that_lacks_nothing_else_is_asked_for():
    assert ask().state == "pending"


@pytest.mark.django_db
def test_at_night_it_is_asked_for_as_well():
    assert ask(at=NIGHT).state == "pending"


@pytest.mark.django_db
@pytest.mark.parametrize("at", [NOON, NIGHT])
@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"facts": FACTS | {"bit_score": 74}}, "V-GATE-001"),
        ({"facts": FACTS | {"contact_timezone": "Mars/Olympus"}}, "V-GATE-001"),
        ({"hub_id": "HUB-PEOPLE"}, "V-SCOPE-001"),
        ({"tool_id": "TOOL-999"}, "V-TOOL-001"),
        ({"interaction": InteractionType.READ}, "V-TYPE-001"),
    ],
)
def test_nobody_is_asked_about_a_call_that_would_fail_anyway(at, changed, code):
    with pytest.raises(ToolCanonViolationError) as refused:
        ask(at=at, **changed)

    assert refused.value.violation.violation_code == code
    assert not Approval.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("entity", ["a\nb", "\ud800", "x" * 256])
def test_what_is_no_call_is_refused_in_words(entity):
    with pytest.raises(CallRefused, match="This is no call"):
        ask(entity=entity)


@pytest.mark.django_db
def test_nobody_is_asked_where_nobody_has_to_agree():
    with pytest.raises(CallRefused, match="needs nobody's agreement"):
        ask(
            facts={},
            tool_id="TOOL-004",
            hub_id="HUB-BLOG-001",
            interaction=InteractionType.READ,
        )


def test_nor_where_somebody_has_agreed(committed_db):
    approved()

    with pytest.raises(CallRefused, match="or has it"):
        ask()


def test_what_is_stopped_is_not_asked_for(committed_db):
    switches.stop("retell-caller", by=make.triager(), reason="Audit.")

    with pytest.raises(ToolStopped, match="Audit"):
        ask()


def test_a_policy_asks_for_a_person_beside_the_canon(committed_db):
    blog = {
        "facts": {},
        "tool_id": "TOOL-004",
        "hub_id": "HUB-BLOG-001",
        "interaction": InteractionType.READ,
    }
    policy = make.policy(name="BLOG", subject="tool_call", hubs=["HUB-BLOG-001"])
    policies.revise(policy, by=make.admin())

    found = ask(**blog)
    assert found.policy["name"] == "BLOG"
    votes.approve(found, by=make.manager())
    guard = ToolCanonGuard()
    assert guard.validate("TOOL-004", "HUB-BLOG-001", InteractionType.READ, {}, ENTITY).is_valid
    shown = guard.explain("TOOL-004", "HUB-BLOG-001", InteractionType.READ, {}, ENTITY)
    assert shown[-1].answer == "Somebody has agreed to it."


def test_what_is_asked_at_night_lasts_from_the_morning_on(committed_db):
    zone = next(
        name
        for name in ("Asia/Tokyo", "America/Los_Angeles", "Europe/Paris")
        if asking.openings.next_opening(datetime.now(UTC), name, current.ask().canon.calling_hours)
        > datetime.now(UTC)
    )
    began = datetime.now(UTC)

    found, is_new = asking.ask(
        "TOOL-011",
        HUB,
        InteractionType.WRITE,
        FACTS | {"contact_timezone": zone},
        ENTITY,
        by=make.triager(),
    )
    given = votes.approve(found, by=make.manager())

    assert is_new
    assert given.expires_at > began + timedelta(hours=24)
