"""Parked errors by level and age, open ones by the day they expire: from the counters of hours."""

import random
from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from governance.models import HubError
from governance.queries.errors import ages
from tests import make, owner

pytestmark = pytest.mark.django_db
NOW = timezone.now()
BOUNDS = [NOW - timedelta(days=2), NOW - timedelta(days=1)]


def test_parked_errors_are_counted_by_level_and_by_the_bounds_they_came_after():
    for days in (3, 2, 1.5, 0):
        make.error(disposition="PARKED", parked_at=NOW - timedelta(days=days))
    make.error(disposition="PARKED", parked_at=NOW, escalation_level=2, escalated_at=NOW)
    make.error()

    assert ages.parked(BOUNDS) == {(0, 0): 1, (0, 1): 2, (0, 2): 1, (2, 2): 1}


def test_open_errors_are_counted_by_day_of_expiry_and_disposition():
    over = make.error(created_at=NOW - timedelta(days=40))
    soon = make.error(created_at=NOW - timedelta(days=25), disposition="PARKED")
    make.error(created_at=NOW - timedelta(days=25), disposition="RESOLVED")
    make.error(created_at=NOW)

    hour = NOW.replace(minute=0, second=0, microsecond=0)
    found = ages.expiring(at=NOW, before=hour + timedelta(days=10))

    assert found == {(None, "RETRY"): 1, (soon.expires_at.date(), "PARKED"): 1}
    assert over.expires_at < NOW


def drawn(errors: int, *, seed: int) -> None:
    """Errors with moments to the minute, on both sides of the hours that are asked about."""
    draw = random.Random(seed)
    for _ in range(errors):
        created = NOW - timedelta(days=30, minutes=draw.randrange(-90, 90))
        parked = NOW - timedelta(days=draw.randrange(3), minutes=draw.randrange(-70, 70))
        facts = {"disposition": "PARKED", "parked_at": parked} if draw.random() < 0.6 else {}
        make.error(created_at=created, **facts)


@pytest.mark.parametrize("seed", range(3))
def test_sums_of_hours_are_what_the_errors_say_at_any_minute(seed):
    drawn(60, seed=seed)
    before = NOW.replace(minute=0, second=0, microsecond=0) + timedelta(hours=2)
    parked_at = HubError.objects.filter(disposition="PARKED").values_list("parked_at", flat=True)
    expiring = HubError.objects.open().filter(expires_at__lt=before)

    places = Counter((0, sum(bound <= at for bound in BOUNDS)) for at in parked_at)
    days = Counter(
        (at.date() if at >= NOW else None, disposition)
        for at, disposition in expiring.values_list("expires_at", "disposition")
    )

    assert ages.parked(BOUNDS) == places
    assert ages.expiring(at=NOW, before=before) == days


def test_a_bound_on_the_hour_and_two_within_one_are_told_apart():
    hour = NOW.replace(minute=0, second=0, microsecond=0)
    bounds = [hour, hour + timedelta(minutes=20), hour + timedelta(minutes=40)]
    for minutes in (-1, 0, 10, 20, 30, 40, 50, 60):
        make.error(disposition="PARKED", parked_at=hour + timedelta(minutes=minutes))

    assert ages.parked(bounds) == {(0, 0): 1, (0, 1): 2, (0, 2): 2, (0, 3): 3}
    assert ages.parked([hour]) == {(0, 0): 1, (0, 1): 7}


def spread(errors: int) -> None:
    """Parked errors one every half hour, and what the planner knows of them."""
    made = make.errors(errors, disposition="PARKED")
    for n, error in enumerate(made):
        error.parked_at = NOW - timedelta(minutes=30 * n)
        error.expires_at = NOW + timedelta(minutes=30 * n)
    HubError.objects.bulk_update(made, ["parked_at", "expires_at"])
    owner.runs("ANALYZE governance_huberror")


@pytest.mark.parametrize(
    ("ask", "moment"),
    [
        (lambda: ages.parked(BOUNDS), "parked_at"),
        (lambda: ages.expiring(at=NOW, before=NOW), "expires_at"),
    ],
    ids=["parked", "expiring"],
)
def test_of_errors_only_those_of_one_hour_are_read_by_index(ask, moment):
    # of few rows, or by what it knew of rows that are gone, the planner may take any index
    spread(2_000)
    with CaptureQueriesContext(connection) as captured:
        ask()
    (read,) = [query["sql"] for query in captured if "huberror" in query["sql"]]

    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan TO off")
        cursor.execute("SET LOCAL enable_bitmapscan TO off")
        cursor.execute(f"EXPLAIN {read}")
        lines = [line for (line,) in cursor.fetchall()]
    (scan,) = [place for place, line in enumerate(lines) if "on governance_huberror" in line]
    within = lines[scan + 1]
    assert "Index Cond" in within
    assert f"{moment} >= " in within and f"{moment} < " in within
