"""Counts: exact, or at least so many once patience is over."""

import pytest
from django.db import connection

from governance.models import HubError
from governance.queries.errors import counts
from outreach_admin.lists import tallies
from tests import make

pytestmark = pytest.mark.django_db


def test_counting_that_takes_too_long_says_at_least(monkeypatch):
    monkeypatch.setattr(tallies, "AT_LEAST", 5)
    make.errors(8, make.DOL)
    slow = HubError.objects.extra(where=["pg_sleep(0.05) IS NOT NULL"])

    assert tallies.rows_of(slow, seconds=0.1) == tallies.Tally(5, at_least=True)
    assert tallies.rows_of(slow, seconds=None) == tallies.Tally(8)
    found = counts.taken(slow, narrowed=slow, seconds=0.1)
    assert (found.at_least, found.total({}).count) == (True, 5)


def test_a_time_limit_ends_with_what_it_was_set_for():
    assert (
        tallies.within(
            0.05,
            lambda: (
                HubError.objects.extra(where=["pg_sleep(1) IS NOT NULL"]).count()
                or read_sql("SELECT pg_sleep(1)")
            ),
        )
        is None
    )
    assert tallies.within(5, lambda: 7) == 7

    assert read_sql("SHOW statement_timeout") == [("0",)]


def read_sql(sql: str) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall()
