"""Charts of the backlog: figures of each day, and the rows that they are made of."""

from datetime import UTC, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from governance.charts import backlog
from governance.models import BacklogDay
from governance.services import backlog as counting
from tests.governance.charts.followed import listed, told
from tests.governance.services.test_backlog import TODAY, populate

pytestmark = pytest.mark.django_db


def rows_of(chart) -> dict[str, tuple]:
    return {row.label: tuple(mark.count for mark in row.marks) for row in chart.rows}


def test_the_last_days_end_with_today():
    populate()
    counting.fill()

    chart = backlog.by_day(timezone.now())

    found = rows_of(chart)
    assert list(found)[-1] == f"{TODAY}"
    assert found[f"{TODAY - timedelta(days=4)}"] == (5, 5, 0)
    assert found[f"{TODAY}"] == (3, 0, 0)


def test_a_day_that_nobody_counted_is_missing():
    populate()
    counting.fill()
    gone = TODAY - timedelta(days=2)
    BacklogDay.objects.filter(day=gone).delete()

    found = rows_of(backlog.by_day(timezone.now()))

    assert found[f"{gone}"] == (None, None, None)
    assert None not in found[f"{TODAY - timedelta(days=3)}"]


def test_each_mark_leads_to_its_day():
    at = timezone.now()

    chart = backlog.by_day(at)

    today = reverse("governance:backlog-day", args=[at.astimezone(UTC).date()])
    assert {mark.url for mark in chart.rows[-1].marks} == {today}


@pytest.mark.parametrize("days", [4, 3, 2, 1])
def test_the_figures_of_a_day_are_made_of_the_rows_behind_its_links(days):
    populate()
    counting.fill()
    day = TODAY - timedelta(days=days)

    chart = backlog.of_day(day)

    opened, closed, left = (row.total for row in chart.rows)
    assert backlog.kept(day) == (opened, closed, left)
    assert {name: n for name, n in told(chart).items() if not name.endswith("4")} == {
        name: n for name, n in listed(chart).items() if not name.endswith("4")
    }
