"""The status of entities at a million runs: in the server, and over HTTP with the generator beside it."""

import json
import random
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.test import Client as InProcess
from django.test.utils import CaptureQueriesContext

from enrichment.models import Run
from tests import make
from tests.bench.callers import Client
from tests.bench.test_runs import past
from tests.bench.visits import percentile, stretch
from tests.browser import served

pytestmark = pytest.mark.bench
ONE, MANY = "/api/enrichment/status", "/api/enrichment/status/list"
MILLION, COMPANIES = 1_000_000, 50_000
ASKED, P95, QUERIES = 300, 0.05, 4
CLIENTS, SECONDS, A_SECOND = 4, 15, 100


@pytest.fixture(scope="module")
def million(django_db_setup, django_db_blocker):
    """A million runs, and the secret of a token that may ask."""
    with django_db_blocker.unblock(), past(MILLION):
        assert Run.objects.count() >= MILLION
        _, secret = make.token(account=make.analyst(), scopes=["read"])
        yield secret


def key(dice: random.Random) -> str:
    return f"company{dice.randrange(COMPANIES)}.example"


def test_an_answer_comes_at_once_from_a_million_runs(million, redis_server):
    dice, times = random.Random(13), []
    client = InProcess(headers={"Authorization": f"Bearer {million}"})

    def ask(path, body):
        started = time.perf_counter()
        answer = client.post(path, json.dumps(body), content_type="application/json")
        assert answer.status_code == 200
        times.append(time.perf_counter() - started)
        return answer.json()

    before = stretch()
    for _ in range(ASKED):
        said = ask(ONE, {"entity_type": "company", "entity_key": key(dice)})
        assert said["coverage"]["total_workflows"] == 53
    with CaptureQueriesContext(connection) as captured:
        ask(ONE, {"entity_type": "company", "entity_key": key(dice)})
    # another request forgets them
    queries = len(captured)
    stretched = max(before, stretch())
    many = [key(dice) for _ in range(500)]
    assert len(ask(MANY, {"entity_type": "company", "entity_keys": many})["results"]) == 500

    p50, p95 = (percentile(times[:ASKED], share) * 1000 for share in (50, 95))
    print(
        f"\nstatus at a million runs: p50 {p50:.0f} ms, p95 {p95:.0f} (target {P95 * 1000:.0f}), "
        f"{queries} queries; 500 keys in {times[-1] * 1000:.0f} ms; other programs made it "
        f"take {stretched:.1f} times as long"
    )
    assert 0 < queries <= QUERIES
    assert p95 <= P95 * 1000 * stretched


def test_a_hundred_requests_a_second_over_http(million, redis_server):
    def ask(site: str, seed: int) -> int:
        dice, client, answered = random.Random(seed), Client(site, million), 0
        end = time.perf_counter() + SECONDS
        while time.perf_counter() < end:
            body = {"entity_type": "company", "entity_key": key(dice)}
            assert client.call("status", ONE, json.dumps(body).encode()).status == 200
            answered += 1
        client.close()
        return answered

    before = stretch()
    # as `up` starts it
    console = served({"API_REQUESTS_A_MINUTE": "1000000"}, workers=2)
    with console as (site, _), ThreadPoolExecutor(CLIENTS) as threads:
        answered = sum(threads.map(ask, [site] * CLIENTS, range(CLIENTS)))
    stretched = max(before, stretch())

    print(
        f"\n{answered / SECONDS:,.0f} status requests/s over HTTP (target {A_SECOND}); other "
        f"programs made it take {stretched:.1f} times as long"
    )
    assert answered / SECONDS >= A_SECOND / stretched
