"""The API under load: creating in bulk, lists of a million errors, and all kinds of requests at once."""

import random
import statistics
import threading
import time
import uuid
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any, ClassVar

import psycopg
import pytest
from django.conf import settings
from django.db import connection
from django.test import Client as InProcess

from governance.models import HubError
from tests import make
from tests.bench import callers
from tests.bench.backlogs import MILLION, backlog, worked_on
from tests.bench.callers import Call, Client
from tests.bench.visits import percentile, report, stretch, visit_all
from tests.browser import faults, serving
from tests.servers import RUNNING, SERVERS

pytestmark = pytest.mark.bench
# as `make run` starts them
WORKERS = 2
ROWS, ROUNDS, CLIENTS = 20_000, 3, 4
FROM_ONE, FROM_FOUR = 0.6, 0.9
LISTS, QUERIES = 0.1, 10
SECONDS, CALLERS = 30, 8
A_SECOND, SLOWEST = 80, 0.5
INSERT = """INSERT INTO governance_huberror
    (id, error_table, outreach_id, domain, code, message, details, created_at)
    SELECT gen_random_uuid(), error_table, outreach_id, domain, code, message, details, created_at
    FROM incoming"""


def sent(rows: int) -> list[dict[str, Any]]:
    """Write errors as a pipeline does, on companies that exist, with words of their own."""
    known = HubError.objects.filter(outreach__isnull=False).order_by("pk")[:rows]
    return [
        {
            "error_id": str(uuid.uuid4()),
            "error_table": row.error_table_id,
            "outreach_id": str(row.outreach_id),
            "domain": row.domain,
            "code": row.code,
            "message": f"{row.message} after {number} ms, attempt 2 of worker-{number % 97}",
            "details": {"form": "5500", "row": number},
            "created_at": row.created_at.isoformat(),
        }
        for number, row in enumerate(known)
    ]


def inserted(rows: list[dict[str, Any]]) -> float:
    """Insert the same rows by one statement of plain SQL; the seconds to the end of the commit."""
    with psycopg.connect(SERVERS.url(RUNNING, SERVERS.database)) as database:
        database.execute(
            """CREATE TEMP TABLE incoming AS SELECT d.*
            FROM jsonb_populate_recordset(NULL::governance_huberror, %s) d""",
            [callers.json.dumps(rows)],
        )
        database.commit()
        started = time.perf_counter()
        database.execute(INSERT)
        database.commit()
        return time.perf_counter() - started


def created(site: str, secret: str, bodies: list[bytes]) -> float:
    """Send each body from a client of its own, all at once; the seconds to the last answer."""
    clients = [Client(site, secret) for _ in bodies]
    started = time.perf_counter()
    with ThreadPoolExecutor(len(bodies)) as threads:
        calls = threads.map(
            lambda pair: pair[0].call("bulk", f"{callers.ERRORS}/bulk/", pair[1]),
            zip(clients, bodies, strict=True),
        )
        assert {call.status for call in calls} == {201}
    seconds = time.perf_counter() - started
    for client in clients:
        client.close()
    return seconds


def test_bulk_creation_keeps_up_with_plain_sql(django_db_setup, django_db_blocker, redis_server):
    with django_db_blocker.unblock(), backlog(1), serving(workers=WORKERS) as site:
        _, secret = make.token(account=make.triager(), scopes=["read", "pipeline"])
        plain, one, four = [], [], []
        for _ in range(ROUNDS):
            plain.append(ROWS / inserted(sent(ROWS)))
            one.append(ROWS / created(site, secret, [callers.bulk(sent(ROWS))]))
            bodies = [callers.bulk(sent(ROWS // 2)) for _ in range(CLIENTS)]
            four.append(CLIENTS * ROWS // 2 / created(site, secret, bodies))
    by_sql, by_one, by_four = map(statistics.median, (plain, one, four))

    print(
        f"\nrows/s: plain SQL {by_sql:,.0f}; one client {by_one:,.0f} ({by_one / by_sql:.2f} x, "
        f"target {FROM_ONE}); four {by_four:,.0f} ({by_four / by_sql:.2f} x, target {FROM_FOUR})"
    )
    assert by_one >= FROM_ONE * by_sql
    assert by_four >= FROM_FOUR * by_sql


@pytest.fixture(scope="module")
def million(django_db_setup, django_db_blocker):
    """A million errors, and the secret of a token."""
    with django_db_blocker.unblock(), backlog(MILLION, kind=worked_on):
        _, secret = make.token(account=make.triager(), scopes=["read", "pipeline"])
        yield secret


def test_any_filter_and_order_of_the_list_is_answered_at_once(million, redis_server):
    client = InProcess(headers={"Authorization": f"Bearer {million}"})
    visits, stretched = visit_all(client, callers.drawn(seed=20260202))

    report(
        f"lists at {HubError.objects.count():,} errors",
        visits,
        stretched=stretched,
        slowest=25,
    )
    assert len(visits) >= 150
    assert max(one.queries for one in visits) <= QUERIES
    assert percentile([one.seconds for one in visits], 95) <= LISTS * stretched


class Mix:
    """Half lists, then one error, facets, operations, readiness, and one bulk of 100 in twenty requests."""

    SHARES: ClassVar[dict[str, int]] = {
        "list": 10,
        "one": 4,
        "facets": 2,
        "operations": 2,
        "readiness": 1,
        "bulk": 1,
    }
    FIXED: ClassVar[dict[str, str]] = {
        "facets": f"{callers.ERRORS}/facets/?disposition=RETRY",
        "operations": "/api/operations/",
        "readiness": "/api/readiness/",
    }

    def __init__(self) -> None:
        self.lists = callers.drawn(seed=7)
        self.keys = [str(key) for key in HubError.objects.values_list("pk", flat=True)[:500]]
        self.rows = sent(100)

    def request(self, dice: random.Random) -> tuple[str, str, bytes | None]:
        """Draw one request."""
        kind = dice.choices([*self.SHARES], [*self.SHARES.values()])[0]
        if kind == "list":
            return kind, dice.choice(self.lists), None
        if kind == "one":
            return kind, f"{callers.ERRORS}/{dice.choice(self.keys)}/", None
        if kind == "bulk":
            rows = [row | {"error_id": str(uuid.uuid4())} for row in self.rows]
            return kind, f"{callers.ERRORS}/bulk/", callers.bulk(rows)
        return kind, self.FIXED[kind], None


def test_all_kinds_of_requests_at_once(million, redis_server):
    mix, over = Mix(), threading.Event()
    open_at_once: list[int] = []

    def caller(site: str, seed: int) -> list[Call]:
        dice, client, calls = random.Random(seed), Client(site, million), []
        while not over.is_set():
            calls.append(client.call(*mix.request(dice)))
        client.close()
        return calls

    with serving(workers=WORKERS) as site, ThreadPoolExecutor(CALLERS) as threads:
        running = [threads.submit(caller, site, seed) for seed in range(CALLERS)]
        started = time.perf_counter()
        while time.perf_counter() - started < SECONDS:
            open_at_once.append(connections_open())
            over.wait(0.5)
        over.set()
        calls = [call for one in running for call in one.result()]
        seconds = time.perf_counter() - started
    told(calls, seconds, max(open_at_once))

    assert [call.refusal for call in calls if call.refusal] == [], faults()
    # one more asks how many there are
    assert max(open_at_once) <= WORKERS * pool_size() + 1
    assert len(calls) / seconds >= A_SECOND / stretch()
    assert percentile([call.seconds for call in calls], 99) <= SLOWEST * stretch()


def connections_open() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()")
        return int(cursor.fetchone()[0])


def pool_size() -> int:
    """Return how many connections a web process keeps at most."""
    return int(getattr(settings, "DATABASE_POOL", 0) or 10)


def told(calls: list[Call], seconds: float, most: int) -> None:
    """Print how the requests went, by kind."""
    kinds = Counter(call.kind for call in calls)
    print(
        f"\n{len(calls) / seconds:.0f} requests/s for {seconds:.0f} s, {most} connections at most"
    )
    for kind, number in kinds.most_common():
        times = [call.seconds * 1000 for call in calls if call.kind == kind]
        print(
            f"    {kind:10} {number:6} p50 {percentile(times, 50):.0f} ms, "
            f"p95 {percentile(times, 95):.0f}, p99 {percentile(times, 99):.0f}"
        )
