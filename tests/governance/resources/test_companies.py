"""Rows of a file find their company."""

import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from governance.models import CompanyMaster, ImportRow
from governance.resources import companies
from tests import make

pytestmark = pytest.mark.django_db


def linked(**data) -> tuple[str | None, str | None]:
    row = ImportRow(number=2, data=data)
    companies.link([row])
    return row.company, row.data.get("outreach_id")


@pytest.mark.parametrize("domain", ["hartfell.example", "www.hartfell.example"])
def test_a_domain_of_the_spine_links(domain):
    spine = make.outreach(domain="hartfell.example")

    assert linked(domain=domain) == ("linked", str(spine.pk))


def test_a_domain_that_only_the_master_knows_links():
    company = make.company(domain="hartfell.example")

    assert linked(domain="hartfell.example") == ("linked", str(company.outreach_id))


def test_a_site_that_lives_under_www_alone_is_found_as_it_stands():
    with_www, without = make.outreach(domain="www.a.example"), make.outreach(domain="a.example")

    assert linked(domain="www.a.example") == ("linked", str(with_www.pk))
    assert linked(domain="a.example") == ("linked", str(without.pk))


def test_a_companys_own_id_counts_before_a_domain():
    company = make.company()

    found = linked(company_unique_id=company.company_unique_id, domain="nobody.example")

    assert found == ("linked", str(company.outreach_id))


def test_an_id_and_a_domain_that_name_two_companies_link_nobody():
    company = make.company(company_unique_id="CO-1")
    make.outreach(domain="other.example")

    for own_id in (company.company_unique_id, "co-1", "nobody"):
        found = linked(company_unique_id=own_id, domain="other.example")
        assert found == ("contradiction", None)


def test_a_domain_of_several_companies_links_nobody():
    for _ in range(2):
        make.outreach(domain="shared.example")

    assert linked(domain="shared.example") == ("several", None)


def test_a_company_without_an_outreach_id_is_no_link():
    CompanyMaster.objects.create(
        company_unique_id="C-1", company_name="Hartfell", domain="hartfell.example"
    )

    assert linked(company_unique_id="C-1", domain="hartfell.example") == ("unknown", None)


def test_a_row_that_names_no_company_says_so():
    assert linked() == ("none", None)


def test_a_given_outreach_id_stays_and_is_looked_up():
    known, unknown = str(make.outreach(domain="a.example").pk), str(uuid.uuid4())

    assert linked(outreach_id=known) == ("named", known)
    assert linked(outreach_id=unknown, domain="a.example") == ("absent", unknown)


def test_a_row_with_problems_is_left_alone():
    row = ImportRow(number=2, problems=[{}])

    companies.link([row])

    assert (row.data, row.company) == (None, None)


def test_a_batch_costs_the_same_for_one_row_and_a_thousand():
    make.outreach(domain="a0.example")

    def queries(number: int) -> int:
        rows = [ImportRow(number=n, data={"domain": f"a{n}.example"}) for n in range(number)]
        with CaptureQueriesContext(connection) as found:
            companies.link(rows)
        return len(found)

    assert queries(1) == queries(1_000) <= 4
