"""Calls of a tool against refusals as a chart."""

from datetime import timedelta

import pytest
from django.utils import timezone

from governance.charts import tools as charts
from tests import ledgers, make
from tests.governance.charts.followed import listed, told

pytestmark = pytest.mark.django_db


def test_each_mark_leads_to_exactly_its_rows():
    now = timezone.now()
    for back in (0, 0, 1, 13, 14):
        at = now - timedelta(days=back)
        ledgers.call(reserved_at=at)
        ledgers.call(reserved_at=at, settled_at=at, status="called_off")
        ledgers.call(reserved_at=at, settled_at=at, status="given_back")
        make.violation(outreach=None, tool="scraper-api", at=at)
    make.violation(outreach=None, tool="firecrawl")

    chart = charts.by_day("scraper-api", now)

    assert told(chart) == listed(chart)
    today, yesterday = ([mark.count for mark in chart.rows[place].marks] for place in (-1, -2))
    assert (today, yesterday) == ([4, 2, 2], [2, 1, 1])
    assert len(chart.rows) == 14
