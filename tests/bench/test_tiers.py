"""How many companies stand in each tier, from the rows that triggers keep."""

import statistics
import time
from collections import Counter
from pathlib import Path

import pytest
from django.db import connection

from governance.models import Readiness
from governance.queries.operations import effects
from tests.bench.backlogs import backlog
from tests.bench.visits import stretch

pytestmark = pytest.mark.bench
ROUNDS = 11
SEEDS_WAY = (Path(__file__).parent / "seeds_way.sql").read_text()
TIMES_FASTER = 50
MOST = 0.020


def test_tiers_are_summed_at_once(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), backlog(1):
        companies = Readiness.objects.count()
        kept = statistics.median(timed(effects.tiers) for _ in range(ROUNDS))
        stretched, derived = stretch(), timed(from_definition)

    print(
        f"\ntiers of {companies:,} companies: {kept * 1000:.1f} ms from kept rows (target {MOST * 1000:.0f}), {derived * 1000:.0f} ms from the definition; other programs made it take {stretched:.1f} times as long"
    )
    assert kept <= MOST * stretched


def test_the_way_of_the_seed_takes_fifty_times_as_long(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), backlog(1), connection.cursor() as cursor:
        cursor.execute(SEEDS_WAY)
        kept = statistics.median(timed(effects.tiers) for _ in range(ROUNDS))
        started = time.perf_counter()
        # every column is asked for, as whoever opens the view does
        cursor.execute("SELECT tier FROM (SELECT * FROM seeds_readiness OFFSET 0) whole")
        found = Counter(tier for (tier,) in cursor.fetchall())
        asked = time.perf_counter() - started
        assert dict(found) == {tier: n for tier, n in effects.tiers().items() if n}

    print(
        f"\nthe seed's way of {found.total():,} companies: {asked * 1000:,.0f} ms, {asked / kept:.0f} times kept rows"
    )
    assert asked >= TIMES_FASTER * kept


def timed(read) -> float:
    started = time.perf_counter()
    read()
    return time.perf_counter() - started


def from_definition() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT ct_done_rows > 0, dol_done_rows > 0, count(*) FROM governance.readiness_counts GROUP BY 1, 2"
        )
