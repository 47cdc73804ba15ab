"""What a reservation asks beside the guard, in which order, and what it leaves when it is refused."""

from datetime import timedelta

import pytest
from django.db import transaction

from governance.canon import lookups, reservations
from governance.canon.guard import InteractionType, ToolCanonGuard, ToolStopped
from governance.canon.reserving import GuardedCall
from governance.canon.results import (
    ToolBusy,
    ToolCanonViolationError,
    ToolClosed,
    ToolUnnamed,
)
from governance.models import KillSwitch, ToolCall, ToolPlace, ToolUsage
from governance.queries.canon import current
from governance.services.canon import rates
from governance.services.canon.calls import Asked
from tests import ledgers, make

HUNTER = ("TOOL-008", "HUB-COMPANY-TARGET", InteractionType.ENRICH)
MX = ("TOOL-001", "HUB-PEOPLE", InteractionType.VALIDATE)
RETELL = ("TOOL-011", "HUB-OUTREACH", InteractionType.WRITE)
GOOD = {"domain_verified": True, "mx_present": True}
ACME = "11111111-1111-4111-8111-111111111111"
AGREED = {
    "bit_score": 80,
    "contact_verified": True,
    "dnc_checked": True,
    "contact_timezone": "UTC",
}
ALWAYS = (
    'opens: "09:00"\n  closes: "20:00"',
    'opens: "00:00"\n  closes: "23:59"',
)


@pytest.fixture(autouse=True)
def ready(committed_db, redis_server, monkeypatch):
    ledgers.at_ease(monkeypatch)
    monkeypatch.setattr(lookups, "RECORDERS", [])
    monkeypatch.setattr(lookups, "SPENDING", [])


@pytest.fixture
def recorded(monkeypatch) -> list:
    """What is recorded."""
    kept = []
    lookups.register_recorder(lambda violation, **about: kept.append((violation, about)))
    return kept


def call(of=HUNTER, facts=GOOD, entity=ACME, **given) -> GuardedCall:
    return GuardedCall(ToolCanonGuard(), *of, facts, entity, **given)


def code_of(wanted: GuardedCall) -> str:
    with pytest.raises(ToolCanonViolationError) as refused:
        reservations.reserve(wanted)
    return refused.value.violation.violation_code


def test_a_call_that_may_be_made_is_reserved_for_who_makes_it():
    person, pipeline = make.manager(), make.triager()

    made = reservations.reserve(
        call(by=pipeline, person=person, channel="api", correlation_id="mine")
    )

    kept = ToolCall.objects.get(pk=made.id)
    assert (kept.by, kept.person, kept.channel) == (pipeline, person, "api")
    assert kept.correlation_id == made.correlation_id == "mine"


def test_a_tool_whose_key_is_missing_is_a_violation(monkeypatch, recorded):
    monkeypatch.delenv("HUNTER_API_KEY")

    assert code_of(call(by=make.triager(username="vera"))) == "V-TOOL-003"

    ((violation, about),) = recorded
    assert violation.context["entity"] == ACME and "HUNTER_API_KEY" in violation.message
    assert about["actor"] == "vera"
    assert not ToolCall.objects.exists()


def test_what_the_guard_refuses_is_recorded(recorded):
    assert code_of(call(facts={})) == "V-GATE-001"
    assert [violation.violation_code for violation, _ in recorded] == ["V-GATE-001"]


def test_a_record_that_fails_hides_no_refusal():
    def fails(violation, **about):
        raise RuntimeError("no room")

    lookups.register_recorder(fails)

    assert code_of(call(facts={})) == "V-GATE-001"


@pytest.mark.parametrize("entity", [None, ""])
def test_a_call_of_tier_two_names_whom_it_is_about(entity, recorded):
    with pytest.raises(ToolUnnamed, match="names none"):
        reservations.reserve(call(entity=entity))

    assert recorded == []


def test_the_attempt_that_the_guard_did_not_see_yet_is_refused(monkeypatch, recorded):
    reservations.reserve(call())
    monkeypatch.setattr(lookups, "LEDGERS", [])

    assert code_of(call()) == "V-GATE-003"
    assert recorded[0][0].violation_code == "V-GATE-003"


def test_an_entity_has_its_attempts_however_it_is_written(recorded):
    reservations.reserve(call(entity="Acme.example"))

    for written in ("acme.example", "ACME.EXAMPLE.", " acme.example"):
        with pytest.raises(ToolCanonViolationError) as refused:
            reservations.reserve(call(entity=written))
        assert refused.value.violation.violation_code == "V-GATE-003"
    asked = [Asked("1", "Globex.example", GOOD), Asked("2", "globex.example", GOOD)]
    assert len(reservations.reserve_many(call(), asked)) == 1
    assert set(ToolCall.objects.values_list("entity", flat=True)) == {
        "acme.example",
        "globex.example",
    }


def test_a_used_up_rate_says_how_long_to_wait(recorded):
    ledgers.in_force(
        ("50 per second\n      - 50000 per day", "1 per minute\n      - 50000 per day")
    )
    reservations.reserve(call(MX, {}))

    with pytest.raises(ToolBusy, match="TOOL-001 MXLookup takes 1 per minute") as busy:
        reservations.reserve(call(MX, {}))

    assert 50 <= busy.value.seconds <= 60 and busy.value.status == 429
    assert recorded == []


def test_a_used_up_day_or_budget_says_until_when():
    ledgers.in_force(
        ("50000 per day", "1 per day"), ("monthly_cap: 100 USD", "monthly_cap: 0.001 USD")
    )
    scraper = ("TOOL-005", "HUB-BLOG-001", InteractionType.READ)
    for one in (MX, scraper):
        reservations.reserve(call(one, {}))

    with pytest.raises(ToolClosed, match="used up its 1 per day") as day:
        reservations.reserve(call(MX, {}))
    with pytest.raises(ToolClosed, match=r"budget of 0\.001 USD a month") as budget:
        reservations.reserve(call(scraper, {}))

    assert day.value.until.hour == 0 and budget.value.until.day == 1
    assert day.value.status == 503 and 0 < day.value.wait <= 86_400


def test_a_switch_that_the_guard_does_not_know_yet_stops_the_call():
    reservations.reserve(call(MX, {}))
    # by plain SQL: nobody tells this process, which has just asked
    KillSwitch.objects.create(tool="", reason="Audit.", by=make.manager())

    with pytest.raises(ToolStopped, match="Audit"):
        reservations.reserve(call(MX, {}))


@pytest.fixture
def agreed(monkeypatch) -> list:
    """One agreement, used by who comes first; gives who used it."""
    ledgers.in_force(ALWAYS)
    used = []

    def spend(**about):
        assert not transaction.get_connection().needs_rollback
        if used:
            return None
        used.append(about)
        return 7

    monkeypatch.setattr(lookups, "APPROVALS", [lambda *asked: True])
    lookups.register_spending(spend)
    return used


def test_an_agreement_is_used_by_the_call_that_is_let_out(agreed):
    person = make.manager()

    made = reservations.reserve(call(RETELL, AGREED, by=person))

    (about,) = agreed
    assert (about["tool"].id, about["hub_id"], about["entity"]) == (
        "TOOL-011",
        "HUB-OUTREACH",
        ACME,
    )
    assert (about["facts"], about["requester"]) == (AGREED, person)
    assert about["correlation_id"] == made.correlation_id


def test_a_call_whose_agreement_another_call_used_gives_all_back(agreed, recorded):
    reservations.reserve(call(RETELL, AGREED))

    assert code_of(call(RETELL, AGREED)) == "V-GATE-002"

    assert list(ToolCall.objects.order_by("id").values_list("status", flat=True)) == [
        "reserved",
        "given_back",
    ]
    assert set(ToolUsage.objects.values_list("calls", flat=True)) == {1}
    assert ToolPlace.objects.count() == 1
    assert recorded[0][0].violation_code == "V-GATE-002"


def test_what_is_refused_leaves_an_agreement_unused(agreed, monkeypatch):
    KillSwitch.objects.create(tool="retell-caller", reason="Audit.", by=make.manager())
    with pytest.raises(ToolStopped):
        reservations.reserve(call(RETELL, AGREED))
    KillSwitch.objects.update(released_at=KillSwitch.objects.get().at, released_by=make.manager())
    current.forget()
    monkeypatch.delenv("RETELL_API_KEY")
    assert code_of(call(RETELL, AGREED)) == "V-TOOL-003"

    assert agreed == []


def test_an_agreement_stays_used_when_the_caller_rolls_back(agreed):
    person = make.manager()
    lookups.SPENDING[:] = [
        lambda **about: KillSwitch.objects.create(tool="mx-lookup", reason="Used.", by=person).pk
    ]

    with transaction.atomic():
        reservations.reserve(call(RETELL, AGREED))
        transaction.set_rollback(True)

    assert KillSwitch.objects.count() == 1


def test_a_fault_while_an_agreement_is_used_gives_all_back(agreed):
    def fails(**about):
        raise RuntimeError("lost")

    lookups.SPENDING[:] = [fails]

    with pytest.raises(RuntimeError, match="lost"):
        reservations.reserve(call(RETELL, AGREED))

    assert ToolCall.objects.get().status == "given_back"


def test_of_many_calls_those_that_pass_and_fit_are_reserved(recorded):
    asked = [
        Asked("1", "a", GOOD),
        Asked("2", "b", {}),
        Asked("3", "c", GOOD),
        Asked("4", "a", GOOD),
    ]

    made = reservations.reserve_many(call(), asked)

    assert [one.correlation_id for one in made] == ["1", "3"]
    assert [violation.context["correlation_id"] for violation, _ in recorded] == ["2"]


def test_of_many_calls_none_that_passes_is_none_reserved():
    assert reservations.reserve_many(call(), [Asked("1", "a", {})]) == []


def test_many_calls_that_a_person_must_agree_to_are_reserved_one_by_one(agreed):
    with pytest.raises(ValueError, match="reserve each"):
        reservations.reserve_many(call(RETELL), [Asked("1", "a", AGREED)])


def test_a_call_that_is_called_off_by_hand_gives_back_its_attempt_and_no_rate(redis_server):
    made = reservations.reserve(call())

    reservations.call_off(made)

    assert reservations.reserve(call()).id != made.id
    (key,) = redis_server.keys(f"{rates.KEY}:hunter*")
    assert redis_server.zcard(key) == 2


def test_a_call_that_was_never_made_gives_back_attempt_rate_and_place(redis_server):
    made = reservations.reserve(call(), held=timedelta(seconds=30))

    reservations.give_back(made)

    assert reservations.reserve(call()).id != made.id
    (key,) = redis_server.keys(f"{rates.KEY}:hunter*")
    assert redis_server.zcard(key) == 1
