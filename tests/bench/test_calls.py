"""How many guarded calls a second, and how long a page of a ledger of a million calls takes."""

import statistics
import threading
import time

import pytest
from django.db import connection

from governance.canon.guard import InteractionType, ToolCanonGuard
from governance.canon.reserving import GuardedCall, reserving
from tests import ledgers, make
from tests.bench.visits import stretch
from tests.callers import Caller

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
ROWS = 1_000_000
FILL = """INSERT INTO governance_toolcall (correlation_id, tool_id, tool, tier, canon_version, hub,
        interaction, entity, domain, facts, passed, channel, reserved_at, status, settled_at, duration,
        cost, is_stored, fault)
    SELECT md5(n::text), 'TOOL-00' || n %% 9, 'tool-' || n %% 9, 1, 2, 'HUB-' || n %% 5, 'READ',
        'company ' || n %% 40000, '', '{}', true, 'api', now() - n * interval '20 seconds',
        CASE WHEN n %% 500 = 0 THEN 'failed' ELSE 'succeeded' END, now(), 100, 0.001, true, ''
    FROM generate_series(1, %s) n"""
PAGES = (
    "",
    "tool=tool-3",
    "hub=HUB-2",
    "status=failed",
    "status=reserved",
    "tool=tool-3&status=failed",
    "entity=company+77",
    "reserved_before=200d-ago&reserved_after=201d-ago",
    "hub=HUB-2&tool=tool-3&reserved_before=200d-ago",
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
    with connection.cursor() as cursor:
        cursor.execute(FILL, [ROWS])
        cursor.execute("ANALYZE governance_toolcall")
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
