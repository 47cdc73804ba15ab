"""The demo's ninety days: every step follows the one before, and the days end in the figures of the population."""

from datetime import timedelta

import pytest
from django.db.models import Count

from governance.demo.population import LATEST_ERROR
from governance.models import (
    Outreach,
    Readiness,
    ReadinessFigure,
    ReadinessSnapshot,
    TierTransition,
)
from tests.governance.demo.rows import rows, scalar

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("backlog")]
BROKEN = """SELECT count(*) FROM (
    SELECT from_tier, from_reason, was_promotable, lag(id) OVER each AS earlier,
        lag(to_tier) OVER each AS tier, lag(to_reason) OVER each AS reason,
        lag(is_promotable) OVER each AS promotable
    FROM governance_tiertransition
    WINDOW each AS (PARTITION BY outreach_id ORDER BY id)) steps
    WHERE earlier IS NOT NULL AND (from_tier, from_reason, was_promotable)
        IS DISTINCT FROM (tier, reason, promotable)"""
ENDS_ELSEWHERE = """SELECT count(*) FROM (
    SELECT DISTINCT ON (outreach_id) outreach_id, to_tier, to_reason, is_promotable
    FROM governance_tiertransition ORDER BY outreach_id, id DESC) ends
    JOIN governance_readiness r USING (outreach_id)
    WHERE (r.tier, r.reason, r.promotable)
        IS DISTINCT FROM (to_tier, to_reason, is_promotable)"""
AT = "SELECT tier, reason, promotable, companies FROM governance.readiness_at(%s)"


def kept(day: ReadinessSnapshot) -> set[tuple]:
    found = ReadinessFigure.objects.filter(snapshot=day)
    return set(found.values_list("tier", "reason", "promotable", "companies"))


def test_each_step_of_a_company_begins_where_the_one_before_ended():
    assert scalar(BROKEN) == 0
    assert scalar(ENDS_ELSEWHERE) == 0


def test_the_days_are_whole_and_cover_ninety_before_the_last_error():
    days = list(ReadinessSnapshot.objects.values_list("day", flat=True))

    assert days == [days[0] + timedelta(days=n) for n in range(len(days))]
    assert days[0] == (LATEST_ERROR - timedelta(days=90)).date()
    assert days[-1] == Outreach.objects.latest("created_at").created_at.date()


def test_how_companies_stood_follows_from_their_steps_each_day():
    days = list(ReadinessSnapshot.objects.all())

    for day in [*days[::15], days[-1]]:
        assert kept(day) == set(rows(AT, day.at)), day


def test_the_last_day_has_the_figures_of_the_population():
    today = Readiness.objects.values_list("tier", "reason", "promotable").annotate(Count("pk"))

    assert kept(ReadinessSnapshot.objects.latest("day")) == set(today)


def test_companies_come_when_their_spine_rows_do():
    births = TierTransition.objects.filter(from_tier=None)
    known = dict(Outreach.objects.values_list("outreach_id", "created_at"))

    assert births.count() > 30_000
    assert all(known[one.outreach_id] == one.at for one in births)
