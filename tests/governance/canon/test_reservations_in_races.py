"""Fifty threads of four processes want the last attempt, cent, call of a day, place or agreement: one gets it."""

import pytest

from governance.models import Approval, ToolCall, Violation
from tests import ledgers
from tests.governance.canon import racers
from tests.governance.canon.mortals import MortalRedis
from tests.governance.canon.racers import PROCESSES, THREADS, WON, Call
from tests.governance.services.canon import calling

ALL = PROCESSES * THREADS
TIMES = [0, *(pytest.param(n, marks=pytest.mark.soak) for n in range(1, 20))]
AT_ONCE = "10 at once\n      - 100 per day"
ALWAYS = ('opens: "09:00"\n  closes: "20:00"', 'opens: "00:00"\n  closes: "23:59"')
PLENTY = (AT_ONCE, "1000 at once\n      - 100000 per day")
CENT = (
    "monthly_cap: 100 USD\n    backoff: exponential 2 s",
    "monthly_cap: 0.001 USD\n    backoff: exponential 2 s",
)
OFTEN = (
    "10 per second\n      - 1000 per month",
    "100000 per second\n      - 1000 per month",
)
DAY = ("50 per second\n      - 50000 per day", "1000 per second\n      - 1 per day")
FAST = (
    "10 per second\n      - 100000 per month",
    "100000 per second\n      - 100000 per month",
)
RATE = ("10 per second\n      - 1000 per day", "7 per hour\n      - 1000 per day")
HUNTER = Call(
    "TOOL-008",
    "HUB-COMPANY-TARGET",
    "ENRICH",
    "acme.example",
    {"domain_verified": True, "mx_present": True},
)
SCRAPER = Call("TOOL-005", "HUB-BLOG-001", "READ")
MX = Call("TOOL-001", "HUB-PEOPLE", "VALIDATE")
PLACES = Call("TOOL-006", "HUB-COMPANY-TARGET", "VALIDATE")
RETELL = Call("TOOL-011", calling.HUB, "WRITE", calling.ENTITY, calling.FACTS)


@pytest.fixture(autouse=True)
def ready(committed_db, redis_server, monkeypatch):
    ledgers.at_ease(
        monkeypatch,
        "HUNTER_API_KEY",
        "SCRAPERAPI_API_KEY",
        "RETELL_API_KEY",
        "GOOGLE_PLACES_API_KEY",
    )


def made(call: Call) -> int:
    """How many calls of its tool count."""
    return ToolCall.objects.made().filter(tool_id=call.tool).count()


@pytest.mark.parametrize("time", TIMES)
def test_exactly_so_many_win_as_are_left(time):
    ledgers.in_force(CENT, FAST, DAY, OFTEN, RATE, ALWAYS, PLENTY)
    given = calling.approved()

    with racers.ready() as field:
        attempt, cent, day, rate, agreed = map(field.race, (HUNTER, SCRAPER, MX, PLACES, RETELL))

    assert attempt == {WON: 1, "V-GATE-003": ALL - 1}
    assert cent == day == {WON: 1, "ToolClosed": ALL - 1}
    assert rate == {WON: 7, "ToolBusy": ALL - 7}
    assert agreed == {WON: 1, "V-GATE-002": ALL - 1}
    assert [made(call) for call in (HUNTER, SCRAPER, MX, PLACES, RETELL)] == [1, 1, 1, 7, 1]
    assert Approval.objects.get().state == "used" and given.pk == Approval.objects.get().pk
    # who was refused for a rule is kept, each by himself
    assert Violation.objects.filter(code="V-GATE-002").count() == ALL - 1


@pytest.mark.soak
@pytest.mark.parametrize("time", range(10))
def test_an_agreement_wins_once_also_where_places_are_short(time):
    ledgers.in_force(ALWAYS)
    calling.approved()

    with racers.ready() as field:
        told = field.race(RETELL)

    assert told[WON] == made(RETELL) == 1
    assert set(told) <= {WON, "V-GATE-002", "ToolBusy", "ToolClosed"}


@pytest.fixture
def mortal(tmp_path):
    """A Redis of this test's own."""
    with MortalRedis.in_folder(tmp_path) as server:
        yield server


@pytest.mark.local_servers
@pytest.mark.parametrize(
    ("most", "rounds"), [(60, 2), pytest.param(2_000, 40, marks=pytest.mark.soak)]
)
def test_no_limit_is_exceeded_when_redis_is_killed_in_the_middle(mortal, most, rounds):
    ledgers.in_force(
        (RATE[0], f"{most} per hour\n      - 100000 per day"),
        (DAY[0], f"100000 per second\n      - {most} per day"),
        (CENT[0], CENT[0].replace("100 USD", f"{most / 1000} USD")),
        FAST,
    )
    near, far = {"REDIS_URL": mortal.url}, {"REDIS_URL": mortal.other_url}
    told = []

    with racers.ready(near, near, near, far) as field:
        for call in (PLACES, MX, SCRAPER):

            def kill(call: Call = call) -> None:
                while made(call) < most / 10:
                    mortal.ping()
                mortal.kill_and_begin_anew()
                assert made(call) < most

            told.append(field.race(call, rounds=rounds, meanwhile=kill))
            mortal.reconnect()

    assert (
        [one[WON] for one in told] == [made(call) for call in (PLACES, MX, SCRAPER)] == [most] * 3
    )
    assert [set(one) for one in told] == [
        {WON, "ToolBusy"},
        {WON, "ToolClosed"},
        {WON, "ToolClosed"},
    ]
