"""Companies by the API: the rows of their list, one with all that its page shows, its history."""

import uuid

import pytest

from governance import subjects
from governance.models import CompanySlot
from tests import make, owner
from tests.callers import Caller

pytestmark = pytest.mark.django_db

COMPANIES = "/api/companies/"


@pytest.fixture
def analyst() -> Caller:
    return Caller(make.analyst())


def timeline_of(company, query: str = "") -> str:
    return f"{COMPANIES}{company.pk}/timeline/{query}"


def test_a_list_has_the_columns_of_files_and_what_keeps_each_company(analyst):
    company = make.outreach()
    error = make.error(outreach=company)

    (row,) = analyst.get(f"{COMPANIES}?ct_blocked=true").json()["results"]

    assert row["outreach_id"] == str(company.pk)
    assert row["readiness_tier"] == "NOT_READY"
    assert row["reason_code"] == "CT_MISSING" and row["reason"] == "no company target"
    assert row["ct_blocking_errors"] == 1 and "company target not done" in row["blockers"]
    assert row["blocked_since"] == error.created_at.isoformat().replace("+00:00", "Z")


def test_a_body_asks_for_companies_and_facets_count_them(analyst):
    make.promotable()
    make.outreach()

    found = analyst.post(f"{COMPANIES}search/", {"filter": {"promotable": "true"}}).json()
    facets = analyst.get(f"{COMPANIES}facets/?promotable=true").json()

    assert [row["can_promote_to_outreach"] for row in found["results"]] == [True]
    assert facets["total"] == {"count": 1, "at_least": False}
    assert facets["facets"]["promotable"]["false"]["count"] == 1


def test_one_company_is_told_as_its_page_tells_it(analyst):
    company = make.outreach()
    make.company(outreach=company, company_name="One & Only")
    make.target("ready", outreach=company)
    make.slots(1, outreach=company)
    error = make.error(make.DOL, outreach=company)
    make.archived(outreach=company)

    said = analyst.get(f"{COMPANIES}{company.pk}/").json()

    states = {one["hub"]: one["state"] for one in said["hubs"]}
    assert states["HUB-COMPANY-TARGET"] == "PASS" and states["HUB-DOL"] == "BLOCKED"
    assert {one["severity"] for one in said["held_by"]} == {"HIGH", "MEDIUM"}
    assert said["held_by_count"] == len(said["held_by"]) == 3
    targets = {one["target"]: one for one in said["targets"]}
    assert targets["PEOPLE"]["allowed"] and not targets["OUTREACH"]["allowed"]
    assert "DOL not done; 1 blocking DOL error" in targets["OUTREACH"]["why"]
    assert [one["error_id"] for one in said["errors"]["open"]] == [str(error.pk)]
    assert said["errors"]["archived_count"] == len(said["errors"]["archived"]) == 1
    assert [slot["is_filled"] for slot in said["slots"]["shown"]].count(True) == 1
    assert said["company_name"] == "One & Only" and said["waits_for"]["hub"] == "DOL"


def test_a_company_that_waits_to_be_counted_anew_is_open_to_nothing(analyst):
    company = make.promotable()
    owner.leaves(company.pk)

    said = analyst.get(f"{COMPANIES}{company.pk}/").json()

    assert said["can_promote_to_outreach"] is False
    assert {(one["allowed"], one["why"]) for one in said["targets"]} == {
        (False, "Being counted anew: ask again in a minute")
    }
    assert [one["words"] for one in said["held_by"]] == [said["waits_for"]["why"]]


def test_an_id_in_other_letters_finds_its_company(analyst):
    company = make.outreach()

    answer = analyst.get(f"{COMPANIES}{company.pk.hex.upper()}/")

    assert answer.json()["outreach_id"] == str(company.pk)


@pytest.mark.parametrize("rest", ["", "timeline/"])
def test_a_company_that_the_spine_does_not_know_is_refused_as_on_its_page(analyst, rest):
    answer = analyst.get(f"{COMPANIES}{uuid.UUID(int=7)}/{rest}")

    assert answer.status_code == 404
    assert "The spine knows no company" in answer.json()["detail"]


def test_history_is_walked_both_ways_and_loses_nothing(analyst):
    company = make.outreach()
    (slot, *_) = make.slots(0, outreach=company)
    for number in range(5):
        CompanySlot.objects.filter(pk=slot.pk).update(person_unique_id=f"P-{number}")
    whole = analyst.get(timeline_of(company)).json()["results"]

    page = analyst.get(timeline_of(company, "?size=4"))
    pages = [page.json()["results"]]
    while following := page.json()["next"]:
        assert f'<{following}>; rel="next"' in page["Link"]
        page = analyst.get(following)
        pages.append(page.json()["results"])
    before = analyst.get(page.json()["previous"]).json()["results"]

    assert [moment for one in pages for moment in one] == whole
    assert before == pages[-2] and len(whole) > 8
    assert whole[0]["at"].endswith("Z")


@pytest.mark.parametrize("query", ["?cursor=x", "?size=0", "?size=1&size=2", "?part=x", "?after=1"])
def test_a_history_asked_for_wrongly_is_refused(analyst, query):
    assert analyst.get(timeline_of(make.outreach(), query)).status_code == 400


def test_a_cursor_of_another_company_is_refused(analyst):
    company, other = make.outreach(), make.outreach()
    make.target(outreach=company)
    following = analyst.get(timeline_of(company, "?size=1")).json()["next"]

    answer = analyst.get(following.replace(str(company.pk), str(other.pk)))

    assert answer.status_code == 400 and answer.json()["key"] == "cursor"


@pytest.mark.parametrize(
    "query",
    ["tier=x", "colour=red", "errors=colour%3Dred", "freed_for=DOL", "sort=x", "plan=0", "part=x"],
)
def test_a_filter_that_selects_nothing_on_the_page_selects_nothing_here(analyst, query):
    assert analyst.get(f"{COMPANIES}?{query}").status_code == 400


def test_nobody_reads_the_sovereign_id(analyst):
    company = make.outreach()
    make.target(outreach=company)

    for path in (COMPANIES, f"{COMPANIES}{company.pk}/", timeline_of(company)):
        assert str(company.sovereign_id) not in analyst.get(path).content.decode()


def test_who_may_not_see_companies_is_told_so():
    stranger = Caller(make.user())

    for rest in ("", "facets/", f"{make.outreach().pk}/"):
        assert stranger.get(f"{COMPANIES}{rest}").status_code == 403


def test_costs_are_the_same_for_one_row_and_for_many(analyst, django_assert_max_num_queries):
    company = make.outreach()
    paths = (COMPANIES, f"{COMPANIES}{company.pk}/", timeline_of(company))
    analyst.get(COMPANIES)
    costs = []
    for rows in (1, 30):
        for path in paths:
            with django_assert_max_num_queries(10) as asked:
                analyst.get(path)
            costs.append(len(asked))
        make.errors(rows, outreach=company)
        make.archived(outreach=company)
        for _ in range(rows):
            make.error(outreach=make.outreach())

    assert costs[0] == costs[3] and costs[2] == costs[5]


def test_orders_are_those_of_the_table(analyst):
    make.outreach()

    for order in subjects.named("company").resolve("table").sorts():
        assert analyst.get(f"{COMPANIES}?sort=-{order}").status_code == 200
