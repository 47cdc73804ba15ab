"""How many guarded calls a second, and how long a page of a ledger of a million calls takes."""

import os
import statistics
import threading
import time

import psycopg
import pytest

from governance.canon.guard import InteractionType, ToolCanonGuard
from governance.canon.reserving import GuardedCall, reserving
from tests import ledgers, make
from tests.bench.visits import stretch
from tests.callers import Caller
from tests.servers import OWNER, SERVERS

pytestmark = pytest.mark.bench

LEAST = 1_000
MOST = 0.150
THREADS = 8
SECONDS = 5
FREE = (
    ("50 per second\n      - 50000 per day", "1000000 per second\n      - 50000000 per day"),
    ("30 per minute\n      - 1000 per day", "1000000 per second\n      - 50000000 per day"),
    ("10 per second\n      - 100000 per month", "1000000 per second\n      - 50000000 per month"),
)
ASKED = (
    ("TOOL-001", "HUB-PEOPLE", InteractionType.VALIDATE),
    ("TOOL-003", "HUB-PEOPLE", InteractionType.VALIDATE),
    ("TOOL-005", "HUB-BLOG-001", InteractionType.READ),
)
ROWS = int(os.environ.get("LEDGER_ROWS", "1000000"))
PAGES = (
    "",
    "sort=reserved",
    "tool=mx-lookup",
    "tool=retell-caller",
    "hub=HUB-PEOPLE",
    "status=failed",
    "status=reserved",
    "status=succeeded",
    "tool=scraper-api&status=failed",
    "hub=HUB-PEOPLE&tool=mx-lookup&reserved_before=200d-ago",
    "by=often",
    "by=rare",
    "by=never",
    "entity=company+77",
    "reserved_before=200d-ago&reserved_after=201d-ago",
)


def test_a_thousand_guarded_calls_a_second(committed_db, redis_server, monkeypatch):
    ledgers.at_ease(monkeypatch)
    ledgers.in_force(*FREE)
    made = []
    until = time.monotonic() + SECONDS

    def work(number: int) -> None:
        call = GuardedCall(ToolCanonGuard(), *ASKED[number % len(ASKED)], {}, None)
        while time.monotonic() < until:
            with reserving(call) as correlation_id:
                made.append(correlation_id)

    threads = [threading.Thread(target=work, args=[number]) for number in range(THREADS)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    stretched = stretch()

    rate = len(made) / SECONDS
    print(
        f"\nguarded calls: {rate:,.0f}/s of one process (target {LEAST:,}), stretched {stretched:.1f}"
    )
    assert rate * stretched >= LEAST


def test_a_page_of_a_million_calls(committed_db):
    ledgers.many(ROWS)
    with psycopg.connect(SERVERS.url(OWNER, SERVERS.database), autocommit=True) as keeper:
        keeper.execute("VACUUM ANALYZE governance_toolcall")
    reader = Caller(make.analyst())
    taken = {page: sorted(seconds(reader, page) for _ in range(20)) for page in PAGES}
    stretched = stretch()

    for page, times in taken.items():
        print(
            f"\n{page or 'all'}: p95 {times[18] * 1e3:.0f} ms, median {statistics.median(times) * 1e3:.0f} ms"
        )
    assert max(times[18] for times in taken.values()) <= MOST * stretched


def seconds(reader: Caller, page: str) -> float:
    began = time.perf_counter()
    assert reader.get(f"/api/canon/calls/?{page}").status_code == 200
    return time.perf_counter() - began
