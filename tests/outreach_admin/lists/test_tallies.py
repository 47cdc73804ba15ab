"""Counts: exact, or at least so many once patience is over."""

import pytest
from django.db import ProgrammingError, connection

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


def cell(rows: int, **values: str | None) -> tallies.Cell:
    return tallies.Cell({"code": None, "stage": None} | values, rows)


CUBE = tallies.Cube(
    [cell(3, code="A", stage="M1"), cell(5, code="B", stage="M1"), cell(7, code="A")]
)


@pytest.mark.parametrize(
    ("wanted", "rows"),
    [
        ({}, 15),
        ({"code": {"A"}}, 10),
        ({"code": {"A", "B"}, "stage": {"M1"}}, 8),
        ({"code": {"C"}}, 0),
    ],
)
def test_a_total_is_the_sum_of_what_fits_every_facet(wanted, rows):
    assert CUBE.total(wanted) == tallies.Tally(rows)


def test_values_of_a_facet_are_counted_as_if_it_had_no_choice_the_most_first():
    assert CUBE.by_facet({"code": {"B"}})["code"] == {"A": tallies.Tally(10), "B": tallies.Tally(5)}
    assert list(CUBE.by_facet({})["code"]) == ["A", "B"]
    assert CUBE.by_facet({"stage": {"M1"}})["code"] == {
        "B": tallies.Tally(5),
        "A": tallies.Tally(3),
    }


def test_what_has_no_value_is_no_value_of_the_facet():
    assert CUBE.by_facet({})["stage"] == {"M1": tallies.Tally(8)}


def test_counting_that_was_stopped_says_so_in_every_figure():
    stopped = tallies.Cube(CUBE.cells, at_least=True)

    assert stopped.total({}).at_least
    assert all(tally.at_least for tally in stopped.by_facet({})["code"].values())


def test_another_failure_than_the_time_limit_is_raised():
    with pytest.raises(ProgrammingError, match="no_such_table"):
        tallies.within(5, lambda: read_sql("SELECT 1 FROM no_such_table"))
