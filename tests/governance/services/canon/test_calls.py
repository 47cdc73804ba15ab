"""The ledger is written by statements that commit by themselves, and nothing of a limit is given twice."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import transaction

from governance.models import KillSwitch, ToolCall, ToolPlace, ToolUsage
from governance.queries.canon import apart
from governance.services.canon import calls, rates
from tests import ledgers, make

BUDGET = (
    "monthly_cap: 100 USD\n    backoff: exponential 2 s, 3 tries\n    api_key_env: SCRAPER",
    "monthly_cap: 0.002 USD\n    backoff: exponential 2 s, 3 tries\n    api_key_env: SCRAPER",
)
RATE = ("10 per second\n      - 100000 per month", "3 per minute\n      - 100000 per month")
MONTH = ("100000 per month", "2 per month")
DAY = ("50000 per day", "2 per day")


@pytest.fixture(autouse=True)
def ready(committed_db, redis_server, monkeypatch):
    ledgers.at_ease(monkeypatch)


def reserve(slug: str, *entities: str, **given) -> calls.Answer:
    return calls.reserve(ledgers.wanted(slug, *entities, **given))


def test_a_call_is_in_the_ledger_before_it_is_made():
    person = make.manager()

    (taken,) = reserve("hunter-enricher", "acme", facts={"mx_present": True}, by=person.pk).taken

    call = ToolCall.objects.get(pk=taken.id)
    assert (call.tool_id, call.tool, call.tier, call.status) == (
        "TOOL-008",
        "hunter-enricher",
        2,
        "reserved",
    )
    assert (call.entity, call.facts, call.by, call.cost) == (
        "acme",
        {"mx_present": True},
        person,
        Decimal("0.008"),
    )
    assert call.passed and call.canon_version == 2


def test_a_call_stays_made_when_the_transaction_of_its_caller_is_rolled_back():
    with transaction.atomic():
        (taken,) = reserve("mx-lookup").taken
        transaction.set_rollback(True)

    assert ToolCall.objects.filter(pk=taken.id).exists()


def test_an_open_call_counts_as_made_and_one_that_is_given_back_does_not():
    (first,) = reserve("hunter-enricher", "acme").taken
    assert reserve("hunter-enricher", "acme").said == "attempts"
    assert reserve("hunter-enricher", "globex").said == "taken"

    calls.give_back(first)

    (again,) = reserve("hunter-enricher", "acme").taken
    calls.settle(again, succeeded=False, duration=3, fault="TimeoutError")
    assert reserve("hunter-enricher", "acme").said == "attempts"
    kept = ToolCall.objects.get(pk=again.id)
    assert (kept.status, kept.duration, kept.fault) == ("failed", 3, "TimeoutError")


def test_nothing_is_given_back_twice():
    (taken,) = reserve("scraper-api").taken

    calls.give_back(taken)
    calls.give_back(taken)
    calls.settle(taken, succeeded=True, duration=1)

    assert set(ToolUsage.objects.values_list("calls", flat=True)) == {0}
    assert ToolCall.objects.get(pk=taken.id).status == "given_back"


def test_a_rate_that_is_used_up_says_how_long_to_wait():
    ledgers.in_force(RATE)
    for _ in range(3):
        assert reserve("scraper-api").said == "taken"

    answer = reserve("scraper-api")

    assert answer.said == "wait" and "3 per minute" in answer.words
    assert timedelta(seconds=50) < answer.wait <= timedelta(minutes=1)


def test_the_ledger_counts_the_rate_when_redis_comes_back_empty(redis_server):
    ledgers.in_force(RATE)
    for _ in range(3):
        reserve("scraper-api")
    redis_server.flushdb()

    answer = reserve("scraper-api")

    assert answer.said == "wait"
    assert timedelta(seconds=50) < answer.wait <= timedelta(minutes=1)
    assert ToolCall.objects.count() == 3


def test_a_process_cut_off_from_redis_gives_no_more_than_the_rate(settings):
    ledgers.in_force(RATE)
    reserve("scraper-api")
    settings.REDIS_URL = "redis://127.0.0.1:1/0"

    said = [reserve("scraper-api").said for _ in range(3)]

    assert said == ["taken", "taken", "wait"]


def test_a_rate_for_each_domain_is_one_of_each():
    acme = {"domain": "Acme.example."}
    assert reserve("smtp-check", facts=acme).said == "taken"

    assert reserve("smtp-check", facts={"domain": "acme.example"}).said == "wait"
    assert reserve("smtp-check", "someone@globex.example").said == "taken"
    assert reserve("smtp-check", "other@globex.example").said == "wait"
    assert reserve("smtp-check").said == "taken"
    assert reserve("smtp-check").said == "wait"


def test_what_is_refused_by_the_ledger_goes_back_to_the_bucket(redis_server):
    reserve("hunter-enricher", "acme")

    assert reserve("hunter-enricher", "acme").said == "attempts"

    (key,) = redis_server.keys(f"{rates.KEY}:hunter-enricher*")
    assert redis_server.zcard(key) == 1


@pytest.mark.parametrize(
    ("slug", "change", "unit"), [("mx-lookup", DAY, "day"), ("scraper-api", MONTH, "month")]
)
def test_a_day_or_month_that_is_used_up_is_closed_until_its_end(slug, change, unit):
    ledgers.in_force(change)
    for _ in range(2):
        assert reserve(slug).said == "taken"

    answer = reserve(slug)

    assert answer.said == "closed" and answer.words.endswith(unit)
    now = datetime.now(UTC)
    tomorrow = (now + timedelta(days=1)).date()
    month = (now.replace(day=28) + timedelta(days=4)).replace(day=1).date()
    assert answer.free_at.astimezone(UTC).date() == (tomorrow if unit == "day" else month)


def test_a_budget_that_is_spent_is_closed_until_the_next_month():
    ledgers.in_force(BUDGET)
    for _ in range(2):
        assert reserve("scraper-api").said == "taken"

    answer = reserve("scraper-api")

    assert answer.said == "closed" and answer.free_at.astimezone(UTC).day == 1


def test_calls_of_another_month_do_not_count():
    ledgers.in_force(BUDGET)
    ledgers.call(reserved_at="2026-01-31T23:59:59Z", cost=Decimal(5))

    assert reserve("scraper-api").said == "taken"


def test_a_call_paid_by_the_minute_holds_ten_of_them_until_it_is_settled():
    (taken,) = reserve("retell-caller", "acme").taken
    assert ToolCall.objects.get(pk=taken.id).cost == Decimal("0.70")

    calls.settle(taken, succeeded=True, duration=61_000)

    assert ToolCall.objects.get(pk=taken.id).cost == Decimal("0.14")
    assert set(ToolUsage.objects.values_list("cost", flat=True)) == {Decimal("0.14")}


def test_places_are_free_again_when_calls_end_or_nobody_holds_them():
    ten = [reserve("retell-caller", f"company {n}").taken[0] for n in range(10)]
    assert reserve("retell-caller", "one more").said == "wait"

    calls.settle(ten[0], succeeded=True, duration=5)
    calls.give_back(ten[1])
    ToolPlace.objects.filter(call=ten[2].id).update(until=datetime(2026, 1, 1, tzinfo=UTC))

    said = [reserve("retell-caller", f"later {n}").said for n in range(4)]
    assert said == ["taken", "taken", "taken", "wait"]


def test_a_kill_switch_is_seen_at_the_moment_of_the_reservation():
    KillSwitch.objects.create(tool="mx-lookup", reason="It is slow.", by=make.manager())

    answer = reserve("mx-lookup")

    assert (answer.said, answer.words) == ("stopped", "It is slow.")


def test_many_calls_are_reserved_as_far_as_the_limits_reach():
    ledgers.in_force(RATE)

    answer = reserve("scraper-api", *"abcde")

    assert len(answer.taken) == 3
    assert list(ToolCall.objects.order_by("id").values_list("entity", flat=True)) == ["a", "b", "c"]
    assert reserve("scraper-api", *"de").said == "wait"


def test_many_calls_are_reserved_as_far_as_the_budget_reaches(redis_server):
    ledgers.in_force(BUDGET)

    assert len(reserve("scraper-api", *"abcde").taken) == 2

    (key,) = redis_server.keys(f"{rates.KEY}:scraper-api*")
    assert redis_server.zcard(key) == 2


def test_of_many_calls_those_about_one_entity_count_together():
    answer = reserve("hunter-enricher", "acme", "globex", "acme")

    assert [one.mark[-1] for one in answer.taken] == ["0", "1"]


ODD = {
    "nothing": "\0",
    "half a letter": "\ud800",
    "long": "x" * 10_000,
    "great": 10**5000,
    "endless": float("inf"),
    "deep": {"a": [{"b": 1}] * 3},
    "bytes": b"x",
}


@pytest.mark.parametrize("fact", ODD.values(), ids=ODD.keys())
def test_any_fact_can_be_kept(fact):
    assert reserve("mx-lookup", facts={"odd": fact, "domain": "\ud800"}).said == "taken"


def test_the_ledger_away_is_told(monkeypatch):
    monkeypatch.setattr(apart, "PATIENCE", 0.01)
    wanted = ledgers.wanted("mx-lookup")
    monkeypatch.setattr(apart, "POOL", apart.Pool())
    for _ in range(apart.MOST):
        apart.POOL.free.acquire()

    with pytest.raises(apart.Unknown):
        calls.reserve(wanted)
