"""Companies by what people have of them."""

import uuid

import pytest

from governance.models import CompanyMaster
from governance.queries.companies import names
from tests import make, owner

pytestmark = pytest.mark.django_db


def test_a_company_of_both_the_master_and_the_spine_is_one():
    spine = make.outreach(domain="hartfell.example")
    CompanyMaster.objects.create(
        company_unique_id="C-1", company_name="Hartfell", outreach=spine, domain="hartfell.example"
    )

    (found,) = names.named("hartfell.example", 5)

    assert found[:3] == (str(spine.pk), "Hartfell", "hartfell.example")
    assert found.outreach_id == spine.pk


def test_no_more_are_returned_than_asked_for():
    for number in range(4):
        make.outreach(domain=f"hartfell{number}.example")

    assert len(names.like("hartfell", 3)) == 3


def test_a_wildcard_is_a_letter():
    make.outreach(domain="hartfell.example")

    assert names.like("%art", 3) == []


def test_a_domain_that_only_the_spine_knows_is_said():
    spine = make.outreach(domain="hartfell.example")
    CompanyMaster.objects.create(
        company_unique_id="C-1", company_name="Hartfell", outreach=spine, domain=None
    )

    assert [one.domain for one in names.like("hartfell", 5)] == ["hartfell.example"]


@pytest.mark.parametrize("value", ["hartfell.example", "HTTPS://Hartfell.example/x", " C-1 "])
def test_a_company_stands_for_its_outreach_ids(value):
    spine = make.outreach(domain="hartfell.example")
    CompanyMaster.objects.create(company_unique_id="C-1", company_name="Hartfell", outreach=spine)

    assert names.outreach_ids(value) == [spine.pk]
    assert names.outreach_ids(str(spine.pk)) == [spine.pk]
    assert names.outreach_ids("nobody.example") == []


def test_a_company_is_called_by_its_name_else_its_domain():
    company = make.company(company_name="Hartfell")
    alone = make.outreach(domain="alone.example")

    assert names.name_of(company.outreach_id) == "Hartfell"
    assert names.name_of(alone.pk) == "alone.example"
    assert names.name_of(uuid.uuid4()) == ""


def test_what_a_file_names_is_looked_up_all_at_once():
    company = make.company(domain="hartfell.example")
    spine = make.outreach(domain="hartfell.example")
    CompanyMaster.objects.create(company_unique_id="C-9", company_name="No outreach id")

    known = str(company.outreach_id)
    assert names.in_spine([known, str(uuid.uuid4())]) == {known}
    assert names.by_own_id([company.pk, "C-9", "C-0"]) == {company.pk: known}
    assert names.by_domain(["hartfell.example", "x.example"]) == {
        "hartfell.example": {known, str(spine.pk)}
    }


def test_the_database_knows_about_how_many_hold_a_text():
    for number in range(300):
        make.outreach(domain=f"{'north' if number % 3 else 'south'}{number}.example")
    owner.runs("ANALYZE governance_outreach, governance_companymaster")

    assert names.expected("zzyzx", "zzyzx") < 50
    assert 100 < names.expected("north", "north") < 300


def test_companies_are_named_by_their_outreach_ids_among_other_texts():
    company, bare = make.company(company_name="Brightwater Pumps"), make.outreach()
    asked = [str(company.outreach_id), str(bare.pk), str(uuid.uuid4()), "acme.example", ""]

    found = names.named_by(asked)

    assert {text: one.name for text, one in found.items()} == {
        asked[0]: "Brightwater Pumps",
        asked[1]: bare.domain,
    }
