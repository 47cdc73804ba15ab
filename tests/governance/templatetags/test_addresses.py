"""Addresses with a query."""

from django.http import QueryDict
from django.template import Context, Template

from governance.templatetags import addresses

STRANGE = "what? a&b=c/d é"


def query_of(address: str) -> QueryDict:
    return QueryDict(address.partition("?")[2])


def test_a_value_arrives_as_it_was_given_whatever_it_holds():
    found = query_of(addresses.rows_url(7, outcome="skipped", reason=STRANGE))

    assert found.dict() == {"outcome": "skipped", "reason": STRANGE}


def test_a_key_without_a_value_is_left_out():
    assert (
        addresses.rows_url(7, outcome="applied", reason="") == "/operations/7/rows/?outcome=applied"
    )
    assert addresses.rows_url(7, reason=None) == "/operations/7/rows/"


def test_a_level_of_zero_is_a_value():
    assert query_of(addresses.errors_url(escalation_level=0)).dict() == {"escalation_level": "0"}


def test_several_values_of_a_key_are_all_asked_for():
    found = query_of(addresses.errors_url(disposition=("PARKED", "RETRY")))

    assert found.getlist("disposition") == ["PARKED", "RETRY"]


def test_a_canonical_filter_is_kept_as_it_is():
    assert addresses.errors_url("code=A%20B") == "/errors/?code=A%20B"
    assert addresses.errors_url() == "/errors/"


def test_an_address_is_escaped_in_a_template():
    page = Template('{% load addresses %}{% rows_url 7 outcome="failed" reason=reason %}')

    assert page.render(Context({"reason": '"><b>'})) == (
        "/operations/7/rows/?outcome=failed&amp;reason=%22%3E%3Cb%3E"
    )


def test_the_open_errors_of_a_company_are_those_that_wait_or_are_parked():
    found = query_of(addresses.open_errors_url("7", select="all"))

    assert found.getlist("disposition") == ["RETRY", "PARKED"]
    assert (found["company"], found["select"]) == ("7", "all")


def test_companies_and_the_archive_are_led_to_by_their_filters():
    assert query_of(addresses.companies_url(tier=("NOT_READY",), reason="")).dict() == {
        "tier": "NOT_READY"
    }
    # the bare address is that of the team's default view
    assert addresses.companies_url() == "/companies/?view=all"
    assert addresses.archive_url(final_disposition="RETRY") == (
        "/errors/archive/?final_disposition=RETRY"
    )


def test_a_chart_has_an_address_and_so_have_its_files():
    assert addresses.chart_url("tiers") == "/readiness/charts/tiers/"
    assert addresses.chart_url("tiers", "svg") == "/readiness/charts/tiers/svg/"
