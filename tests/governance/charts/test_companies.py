"""Charts of companies: every number is that of the list behind it, and parts add up."""

import pytest

from governance.charts import catalog, companies
from governance.queries.companies import standing
from tests import make
from tests.governance.charts.followed import listed, named, told

pytestmark = pytest.mark.django_db
CHARTS = list(catalog.OF_COMPANIES)


def populate() -> None:
    """Companies that stand in every way the charts tell apart."""
    for status in ("pending", "failed", "blocked", "ready"):
        make.target(status)
    make.error(make.CT, outreach=make.target("failed").outreach)
    make.error(make.DOL, outreach=make.promotable())
    make.outreach()
    make.bit_score(outreach=make.blog().outreach)
    make.target("ready", email_method=None, method_type=None, confidence_score=None)
    for tables in ((), (make.CT,), (make.PEOPLE,), (make.PEOPLE, make.CT)):
        on = make.promotable()
        for table in tables:
            make.error(table, outreach=on)
    make.person(outreach=make.promotable())


def drawn(name: str):
    return catalog.OF_COMPANIES[name](companies.counted())


@pytest.mark.parametrize("name", CHARTS)
def test_every_number_is_that_of_the_list_behind_it(name):
    populate()

    chart = drawn(name)

    assert told(chart) == listed(chart)
    assert chart.total > 0


@pytest.mark.parametrize("name", ["tiers", "promotable", "bottleneck", "funnel"])
def test_every_company_is_in_exactly_one_part(name):
    populate()
    whole = standing.kept().total({}).count

    chart = drawn(name)

    times = len(chart.rows) if name == "funnel" else 1
    assert chart.total == whole * times
    if name == "funnel":
        assert {row.total for row in chart.rows} == {whole}


def test_reasons_add_up_to_the_companies_that_are_not_ready():
    populate()

    chart = drawn("not_ready")

    tiers = named(drawn("tiers"))
    assert chart.total == tiers["Not ready"]
    assert named(chart)["Company target ready without all its facts"] == 1


def test_what_holds_companies_back_is_told_from_what_is_missing():
    populate()

    held = named(drawn("held"))

    assert held["Nothing: promotable"] == 2
    assert held["A People error alone"] == held["A Company Target error alone"] == 1
    assert held["A DOL error alone"] == 1
    assert held["Errors of Company Target and People"] == 1
    assert "Errors of Company Target and DOL" not in held


def test_a_violation_holds_a_company_where_it_concerns_it():
    make.violation(outreach=make.promotable(), hub_id="HUB-DOL")
    make.violation(outreach=make.promotable(), hub_id="HUB-OUTREACH")
    make.promotable()

    held = drawn("held")

    assert held.total == 3
    assert named(held)["Nothing: promotable"] == named(held)["A DOL error alone"] == 1
    assert named(held)["A violation at another hub"] == 1
    assert drawn("bottleneck").total == 3


@pytest.mark.parametrize("name", CHARTS)
def test_nobody_there_is_no_fault(name):
    chart = drawn(name)

    assert chart.total == 0
    assert set(told(chart).values()) == {0}


@pytest.mark.parametrize("name", CHARTS)
def test_one_company_is_counted_once(name):
    make.promotable()

    chart = drawn(name)

    assert told(chart) == listed(chart)
    assert {row.total for row in chart.rows} <= {0, 1}


def test_all_charts_take_one_query(django_assert_num_queries):
    populate()

    with django_assert_num_queries(1):
        catalog.of_companies()
