"""Calls of one tool day by day."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from governance.queries.canon import days, usage
from tests import ledgers, make

pytestmark = pytest.mark.django_db
AT = datetime(2026, 2, 14, 15, tzinfo=UTC)
MORNING = datetime(2026, 2, 13, 0, 0, tzinfo=UTC)


def ended(status: str, at: datetime, **given) -> None:
    ledgers.call(reserved_at=at, settled_at=at, status=status, **given)


def test_calls_belong_to_their_day_in_utc_and_what_was_given_back_to_none():
    ended("succeeded", MORNING)
    ended("called_off", MORNING)
    ended("given_back", MORNING)
    ended("failed", MORNING - timedelta(microseconds=1))
    ended("called_off", MORNING, tool="firecrawl")
    make.violation(outreach=None, tool="scraper-api", at=MORNING)
    make.violation(outreach=None, tool="firecrawl", at=MORNING)

    found = days.of("scraper-api", at=AT)

    assert len(found) == usage.DAYS
    assert [one[1:] for one in found[-3:]] == [(1, 0, 0), (2, 1, 1), (0, 0, 0)]
    assert found[-1].day == AT.date()


def test_days_cost_one_query():
    with CaptureQueriesContext(connection) as asked:
        days.of("scraper-api", at=AT)

    assert sum("generate_series" in one["sql"] for one in asked) == 1
    assert sum("governance_" in one["sql"] for one in asked) == 1
