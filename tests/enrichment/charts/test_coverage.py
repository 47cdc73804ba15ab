"""Charts of coverage: each part counts its entities and leads to them."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.utils import timezone

from enrichment.charts import coverage
from enrichment.filters.entities import EntityFilter
from enrichment.models import Entity
from enrichment.services.figures import days
from tests import make

pytestmark = pytest.mark.django_db


def rows_behind(address: str) -> int:
    text = urlsplit(address).query
    return EntityFilter.from_text(text, Entity.objects.all()).qs.count()


def test_every_part_leads_to_as_many_entities_as_it_says():
    workflow, other = make.workflow(), make.workflow()
    for status in ("completed", "completed", "failed", "running", "pending", "stale"):
        make.run(status, workflow=workflow)
    make.run(workflow=other)
    make.entity()

    chart = coverage.make("workflows", "company", at=timezone.now())

    for row in chart.rows:
        assert row.total == rows_behind(row.url) == 8
        assert [rows_behind(mark.url) for mark in row.marks] == [mark.count for mark in row.marks]


def test_the_trend_has_a_gap_where_no_day_was_kept():
    now = timezone.now()
    make.run("failed", ran_at=now - timedelta(days=2), completed_at=now - timedelta(days=2))
    days.take([now.date() - timedelta(days=2)])

    chart = coverage.make("trend", "company", at=now)

    assert len(chart.rows) == coverage.SHOWN
    last, kept = chart.rows[-1], chart.rows[-2]
    assert {mark.count for mark in last.marks} == {None}
    assert [mark.count for mark in kept.marks] == [0, 0, 0, 1, 0, 0]
    assert f"/days/{now.date() - timedelta(days=2)}/?type=company" in kept.url


def test_there_is_no_other_chart():
    assert coverage.make("pie", "company", at=timezone.now()) is None
