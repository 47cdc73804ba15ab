"""Every number of every chart on the demo's backlog, and that of the list behind it."""

import pytest
from django.utils import timezone

from governance.charts import catalog, companies
from tests.governance.charts.followed import listed, named, told

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("backlog")]


def drawn(name: str):
    return catalog.find(name).make(timezone.now())


@pytest.mark.parametrize("name", [*catalog.OF_COMPANIES, "errors", "ageing", "expiring"])
def test_every_number_is_that_of_the_list_behind_it(name):
    chart = drawn(name)

    assert told(chart) == listed(chart)


def test_the_figures_are_those_of_the_backlog():
    cube = companies.counted()

    assert list(named(companies.tiers(cube)).values()) == [4314, 34124, 0, 3737, 17]
    assert list(named(companies.not_ready(cube)).values()) == [2692, 855, 767]
    assert list(named(companies.failed(cube)).values()) == [842, 13]
    assert named(companies.held(cube)) == {
        "Nothing: promotable": 80,
        "A People error alone": 70,
        "A DOL error alone": 0,
        "A Company Target error alone": 50,
    }
    assert sum(row.marks[0].count for row in companies.promotable(cube).rows) == 80
