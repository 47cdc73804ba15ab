"""How figures went over days: what is missing stays missing, and a changed definition is no change of figures."""

import pytest

from governance.models import ReadinessSnapshot, Reason, Tier
from governance.queries.readiness import trends
from governance.services import snapshots
from tests import make
from tests.governance.transitions import came_and_went, days_ago

pytestmark = pytest.mark.django_db
NOT_READY = trends.TIERS[0]


def taken(*days: int) -> None:
    for one in days:
        snapshots.take(days_ago(one))


def test_each_day_has_the_figures_of_its_snapshot():
    make.promotable()
    make.outreach()
    make.target("pending")
    taken(0)

    today = trends.over(days_ago(0), days_ago(0)).days[0]

    found = {one.name: today.value(one) for one in trends.MEASURES}
    assert found == dict.fromkeys(found, 0) | {
        Tier.NOT_READY: 2,
        Tier.ANCHOR_DONE: 1,
        "promotable": 1,
        Reason.CT_MISSING: 1,
        Reason.CT_PENDING: 1,
    }


def test_a_day_without_a_snapshot_is_missing_and_a_quiet_one_is_not():
    came_and_went(came=6, went=2)
    taken(6, 5, 3, 1)

    trend = trends.over(days_ago(6), days_ago(1))

    assert trend.values(NOT_READY) == [1, 1, None, 1, None, 0]
    assert (trend.missing, len(trend.kept)) == (2, 4)
    assert trend.change(NOT_READY) == -1


def test_nothing_is_compared_across_a_change_of_definition():
    came_and_went(came=6, went=2)
    taken(5, 4, 3, 2)
    ReadinessSnapshot.objects.filter(day__lte=days_ago(4)).update(definition=0)

    trend = trends.over(days_ago(5), days_ago(2))

    assert [day.day for day in trend.breaks] == [days_ago(3)]
    assert trend.change(NOT_READY) is None
    assert trends.over(days_ago(3), days_ago(2)).change(NOT_READY) == -1


def test_a_single_day_has_no_change():
    came_and_went(came=6, went=2)
    taken(5)

    assert trends.over(days_ago(6), days_ago(4)).change(NOT_READY) is None


def test_a_year_costs_the_queries_of_a_day(django_assert_num_queries):
    came_and_went(came=9, went=2)
    taken(8, 7, 6)

    for first in (days_ago(300), days_ago(6)):
        # two, between those that keep anything from being written
        with django_assert_num_queries(2 + 3):
            trends.over(first, days_ago(1))
