"""Fifty threads of four processes want the last attempt, the last cent, the last of a day: one gets it."""

import pytest

from governance.models import ToolCall
from tests import ledgers
from tests.governance.canon import racers

TIMES = [0, *(pytest.param(n, marks=pytest.mark.soak) for n in range(1, 20))]
CENT = (
    "monthly_cap: 100 USD\n    backoff: exponential 2 s",
    "monthly_cap: 0.001 USD\n    backoff: exponential 2 s",
)
DAY = ("50 per second\n      - 50000 per day", "1000 per second\n      - 1 per day")
RATE = ("10 per second\n      - 100000 per month", "7 per hour\n      - 100000 per month")
HUNTER = ("TOOL-008", "HUB-COMPANY-TARGET", "ENRICH", "acme.example")
SCRAPER = ("TOOL-005", "HUB-BLOG-001", "READ", "")
MX = ("TOOL-001", "HUB-PEOPLE", "VALIDATE", "")


@pytest.fixture(autouse=True)
def ready(committed_db, redis_server, monkeypatch):
    ledgers.at_ease(monkeypatch)


@pytest.mark.parametrize("time", TIMES)
@pytest.mark.parametrize(
    ("asked", "change", "most"),
    [
        (HUNTER, (), 1),
        (SCRAPER, (CENT,), 1),
        (MX, (DAY,), 1),
        (SCRAPER, (RATE,), 7),
    ],
    ids=["attempt", "cent", "day", "rate"],
)
def test_exactly_so_many_win_as_are_left(asked, change, most, time):
    if change:
        ledgers.in_force(*change)

    assert racers.race(*asked) == most
    assert ToolCall.objects.count() == most


def test_no_rate_is_exceeded_when_redis_loses_all_in_the_middle(redis_server):
    ledgers.in_force(RATE)

    def lose() -> None:
        while not ToolCall.objects.exists():
            redis_server.ping()
        redis_server.flushdb()
        redis_server.client_kill_filter(_type="normal", skipme=True)

    assert racers.race(*SCRAPER, meanwhile=lose, rounds=2) == 7
