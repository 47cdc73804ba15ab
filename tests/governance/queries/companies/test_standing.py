"""Companies counted by how they stand: always what the list behind each count shows."""

import random

import pytest
from django.db import connection
from django.db.models.expressions import RawSQL

from governance.filters.companies import CompanyFilter
from governance.models import CompanyMaster, Readiness, ReadinessCount
from governance.models.readiness import STANDING, standing_key
from governance.queries.companies import standing
from governance.services import counters
from tests import make

pytestmark = pytest.mark.django_db
CHANGES = [
    "governance_companytarget SET execution_status = 'failed'",
    "governance_companyslot SET is_filled = NOT is_filled",
    "governance_companymaster SET address_state = 'TX'",
    "governance_companymaster SET address_state = NULL",
    "governance_companymaster SET address_state = 'Ohio ' || outreach_id",
    "governance_outreach SET domain = replace(domain, '.example', '.test')",
    "governance_huberror SET disposition = 'RESOLVED', resolved_at = now()",
    "governance_dolfiling SET filing_present = NOT filing_present",
]


def populate() -> None:
    for number in range(12):
        on = make.promotable() if number % 3 else make.target("pending").outreach
        if number % 2:
            make.company(outreach=on, address_state="OH")
        if number % 4:
            make.error(make.DOL if number % 5 else make.PEOPLE, outreach=on)


def listed() -> dict[str, dict[str, int]]:
    found = {}
    for name in CompanyFilter.facets:
        values = {cell.values[name] for cell in standing.kept().cells}
        found[name] = {
            value: CompanyFilter.from_text(f"{name}={value}", Readiness.objects.all()).qs.count()
            for value in values
        }
    return found


def counted() -> dict[str, dict[str, int]]:
    facets = standing.kept().by_facet({})
    return {
        name: {value: tally.count for value, tally in values.items()}
        for name, values in facets.items()
    }


@pytest.mark.parametrize("seed", range(3))
def test_each_count_is_that_of_the_list_behind_it_after_any_changes(seed):
    populate()
    chance = random.Random(seed)

    for _ in range(8):
        with connection.cursor() as cursor:
            cursor.execute(
                f"UPDATE {chance.choice(CHANGES)} WHERE outreach_id::text > %s",
                [f"{chance.randrange(16):x}"],
            )

    assert counted() == listed()
    assert standing.kept().total({}).count == 12


def test_folding_alters_no_count_and_leaves_one_row_a_combination():
    populate()
    before = counted()

    counters.fold()

    assert counted() == before
    assert ReadinessCount.objects.count() == len(standing.kept().cells)


def test_texts_that_are_no_state_are_one_value_however_many_there_are():
    for text in ("Ohio", "oh", "O-H", "other", "Bavaria"):
        make.company(address_state=text)
    make.company(address_state="PR")

    assert counted()["state"] == {"other": 5, "PR": 1}
    assert ReadinessCount.objects.values("state").distinct().count() == 3
    assert CompanyMaster.objects.filter(address_state="Bavaria").exists()


def test_the_number_of_a_combination_is_of_its_values_as_the_function_names_them():
    """The arguments are given by place: told by their names, the function says the same."""
    populate()
    make.company(address_state="Ohio", outreach=make.promotable())
    make.outreach(domain="")
    named = {name: name for name in STANDING} | {"address_state": "state"}
    del named["state"]
    given = ", ".join(f"{name} => {column}" for name, column in named.items())

    rows = Readiness.objects.annotate(
        key=standing_key(),
        by_name=RawSQL(f"governance.standing_key({given})", []),  # noqa: S611 - our own text
    )

    found = {row.key: tuple(getattr(row, name) for name in STANDING) for row in rows}
    assert all(row.key == row.by_name for row in rows)
    assert len(found) == len(set(found.values())) > 4
    counters_know = {cell.key for cell in standing.keyed().cells}
    assert counters_know == set(found)


def test_the_function_reads_every_column_that_companies_are_counted_by():
    """Another value of any one of them is another number."""
    make.promotable()
    given = {column: column for column in STANDING}
    other = {"tier": "'x'", "promotable": "NOT promotable", "ct_status": "NULL"}
    others = {
        column: f"NOT {column}"
        if isinstance(value, bool)
        else other.get(column, f"{column} || 'x'")
        for column, value in Readiness.objects.values(*STANDING).get().items()
    }

    with connection.cursor() as cursor:
        calls = [given, *(given | {column: text} for column, text in others.items())]
        keys = ", ".join(f"governance.standing_key({', '.join(call.values())})" for call in calls)
        cursor.execute(f"SELECT {keys} FROM governance_readiness")
        found = cursor.fetchone()

    assert len(set(found)) == len(STANDING) + 1


def test_what_a_company_lacks_is_counted_as_none():
    make.outreach(domain="")

    (cell,) = standing.kept().cells

    assert cell.values["state"] == cell.values["tld"] == cell.values["ct_status"] == "none"
    assert cell.values["bottleneck"] == "HUB-COMPANY-TARGET"


def test_a_company_is_known_by_its_name_domain_and_state_and_what_is_open():
    company = make.company(company_name="Hartfell Clinics", address_state="OH")
    make.error(make.URL, outreach=company.outreach, disposition="RETRY")
    make.error(make.CT, outreach=company.outreach, disposition="RESOLVED")
    row = Readiness.objects.get()

    assert (row.company_name, row.address_state, row.tld) == ("Hartfell Clinics", "OH", "example")
    assert (row.open_errors, row.ct_blocked, row.domain) == (1, False, company.outreach.domain)

    CompanyMaster.objects.update(outreach=make.outreach(domain="other.test"))

    names = set(Readiness.objects.values_list("domain", "company_name"))
    assert names == {(row.domain, ""), ("other.test", "Hartfell Clinics")}


def test_a_name_without_a_dot_has_no_top_level_domain():
    make.outreach(domain="localhost")
    make.outreach(domain="a.b.test")

    assert set(Readiness.objects.values_list("tld", flat=True)) == {"", "test"}
