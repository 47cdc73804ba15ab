"""Charts of errors: every number is that of the list behind it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from governance.charts import catalog, errors
from governance.models import HubError
from tests import make, sample
from tests.governance.charts.followed import listed, told

pytestmark = pytest.mark.django_db
# the days of the backlog lead to pages of their own
CHARTS = [name for name in catalog.OF_ERRORS if name != "backlog"]
NOW = timezone.now()


@pytest.mark.parametrize("name", CHARTS)
def test_every_number_is_that_of_the_list_behind_it(name):
    sample.of(120)
    make.error(make.LOG, outreach=None)
    HubError.objects.filter(disposition="PARKED").update(parked_at=NOW - timedelta(hours=30))

    chart = catalog.OF_ERRORS[name](timezone.now())

    assert told(chart) == listed(chart)
    assert chart.total > 0


@pytest.mark.parametrize("name", CHARTS)
def test_no_errors_are_no_fault(name):
    assert catalog.OF_ERRORS[name](timezone.now()).total == 0


def test_what_belongs_to_no_hub_is_the_platforms():
    make.error(make.LOG, outreach=None)

    chart = errors.errors_by_hub(timezone.now())

    (row,) = [row for row in chart.rows if row.total]
    assert (row.label, row.total) == ("Platform", 1)


@pytest.mark.parametrize(
    ("hours", "series"), [(1, "Under 24 h"), (30, "24 to 48 h"), (80, "2 to 7 days")]
)
def test_parked_errors_stand_by_level_and_age(hours, series):
    at = timezone.now()
    make.error(
        disposition="PARKED",
        parked_at=at - timedelta(hours=hours),
        escalation_level=1,
        escalated_at=at,
    )

    chart = errors.ageing(at)

    places = [one.label for one in chart.series]
    row = chart.rows[1]
    assert row.marks[places.index(series)].count == row.total == chart.total == 1


def test_a_moment_on_the_bound_is_on_one_side_of_it_only():
    at = timezone.now()
    for age in errors.BOUNDS:
        make.error(disposition="PARKED", parked_at=at - age)

    chart = errors.ageing(at)

    assert told(chart) == listed(chart)
    assert chart.total == 3


def test_errors_expire_on_their_day_and_those_that_did_are_overdue():
    at = timezone.now()
    made = [make.error(created_at=at - timedelta(days=days)) for days in (40, 20, 1)]
    make.error(ttl_tier="INFINITE")

    chart = errors.expiring(at)

    expiries = [f"{row.expires_at:%Y-%m-%d}" for row in made[1:]]
    found = {row.label: row.total for row in chart.rows if row.total}
    assert found == {"Overdue": 1} | dict.fromkeys(expiries, 1)
    assert told(chart) == listed(chart)
