"""Parked errors by level and age, open ones by the day they expire: from an index each."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from governance.queries.errors import ages
from tests import make

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

    found = ages.expiring(at=NOW, before=NOW + timedelta(days=10))

    assert found == {(None, "RETRY"): 1, (soon.expires_at.date(), "PARKED"): 1}
    assert over.expires_at < NOW


@pytest.mark.parametrize(
    ("ask", "index"),
    [
        # of a few rows, the planner takes either of its indexes of parked errors
        (lambda: ages.parked(BOUNDS), "error_parked"),
        (lambda: ages.expiring(at=NOW, before=NOW), "error_open_expires"),
    ],
)
def test_an_index_of_just_these_errors_is_read(ask, index):
    make.error(disposition="PARKED")
    with CaptureQueriesContext(connection) as captured:
        ask()
    (read,) = [query["sql"] for query in captured if "huberror" in query["sql"]]

    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan TO off")
        cursor.execute("SET LOCAL enable_bitmapscan TO off")
        cursor.execute(f"EXPLAIN {read}")
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert f"Scan using {index}" in plan and "Seq Scan" not in plan
