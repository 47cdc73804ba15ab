"""The list of companies: rows, counted facets, order, columns, saved views, the way out, refusals."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from governance.models import SavedView
from tests import make
from tests.markup import tight

pytestmark = pytest.mark.django_db
LIST = "/companies/"
PART = {"HX-Request": "true"}


@pytest.fixture
def analyst(client):
    """An analyst, signed in."""
    person = make.analyst()
    client.force_login(person)
    return person


def keys(page: str) -> list[str]:
    return re.findall(r'data-row="([^"]+)"', page)


@pytest.mark.usefixtures("analyst")
def test_companies_are_listed_with_facets_that_add_up(client):
    ready, failed = make.promotable(), make.target("failed").outreach

    page = client.get(LIST).text
    facets = tight(client.get(LIST, {"part": "facets"}).text)

    assert set(keys(page)) == {str(ready.pk), str(failed.pk)}
    assert re.search(r'Tier 0, anchor done</span><span class="count">1<', facets)
    assert re.search(r'company target failed</span><span class="count">1<', facets)
    assert "Tier 3" not in facets


@pytest.mark.usefixtures("analyst")
def test_no_count_reads_companies_where_facets_alone_are_filtered(client):
    make.promotable()

    for part in ("facets", "total"):
        with CaptureQueriesContext(connection) as captured:
            client.get(LIST, {"promotable": "true", "part": part}, headers=PART)

        assert any("governance_readinesscount" in query["sql"] for query in captured)
        assert not any('FROM "governance_readiness"' in query["sql"] for query in captured)


@pytest.mark.usefixtures("analyst")
def test_what_a_search_leaves_is_counted_from_its_companies(client):
    make.company(company_name="Hartfell Clinics", outreach=make.promotable())
    make.company(company_name="Brightwater Pumps")

    page = tight(client.get(LIST, {"q": "hartfell", "part": "facets"}).text)

    assert re.search(r'OH</span><span class="count">1<', page)
    assert "Brightwater" not in page


@pytest.mark.usefixtures("analyst")
def test_the_best_come_first_or_last(client):
    worst, middle = make.outreach(), make.target("ready").outreach
    best = make.promotable()
    make.person(outreach=best)
    expected = [str(company.pk) for company in (best, middle, worst)]

    assert keys(client.get(LIST, {"sort": "-tier"}).text) == expected
    assert keys(client.get(LIST, {"sort": "tier"}).text) == expected[::-1]


@pytest.mark.usefixtures("analyst")
def test_a_text_that_is_no_state_is_counted_from_its_companies(client):
    rare = make.company(address_state="Ohio").outreach
    make.company(address_state="Bavaria")

    page = client.get(LIST, {"state": "Ohio"}).text
    total = client.get(LIST, {"state": "Ohio", "part": "total"}).text
    facets = tight(client.get(LIST, {"state": "Ohio", "part": "facets"}).text)

    assert keys(page) == [str(rare.pk)]
    assert re.search(r"\b1\b", total)
    assert re.search(r'Not ready</span><span class="count">1<', facets)
    everyone = tight(client.get(LIST, {"part": "facets"}).text)
    assert re.search(r'other</span><span class="count">2<', everyone)


@pytest.mark.usefixtures("analyst")
def test_a_row_leads_to_its_company_with_the_list_it_came_from_and_to_its_errors(client):
    error = make.error(outreach=make.promotable())
    detail = reverse("governance:company-detail", args=[error.outreach_id])

    page = client.get(LIST, {"promotable": "false", "sort": "-errors", "size": "25"}).text

    assert f'href="{detail}?promotable=false&amp;sort=-errors" data-open' in page
    queue = f"company={error.outreach_id}&amp;disposition=RETRY&amp;disposition=PARKED"
    assert f'href="{reverse("governance:error-list")}?{queue}">1</a>' in page


@pytest.mark.usefixtures("analyst")
@pytest.mark.parametrize("sort", ["company", "-company", "domain", "-domain", "errors", "-errors"])
def test_companies_come_in_every_offered_order_page_by_page(client, sort):
    names = ["Ada", "Bea", "Cyd"]
    made = [
        make.company(company_name=name, outreach=make.outreach(domain=f"{name}.example".lower()))
        for name in names
    ]
    for errors, company in enumerate(made):
        for _ in range(errors):
            make.error(outreach=company.outreach)

    found = keys(client.get(LIST, {"sort": sort}).text)

    expected = [str(company.outreach_id) for company in made]
    assert found == (expected[::-1] if sort.startswith("-") else expected)


@pytest.mark.usefixtures("analyst")
@pytest.mark.parametrize(
    "text",
    [
        "tier=TIER_9",
        "sort=bottleneck",
        "columns=sovereign_id",
        "promotable=maybe",
        "view=mine",
        "after=x",
        "q=ab",
        "blocker_before=yesterday",
        "errors_from=-1",
        "name=x",
    ],
)
def test_a_wrong_address_is_refused(client, text):
    make.promotable()

    answer = client.get(f"{LIST}?{text}")

    assert answer.status_code == 400 and "data-row" not in answer.text


@pytest.mark.usefixtures("analyst")
@pytest.mark.parametrize(
    "query", ["", "promotable=false", "q=company", "sort=-errors&tier=NOT_READY"]
)
def test_the_list_costs_the_same_for_one_row_and_many(client, query):
    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            assert client.get(f"{LIST}?{query}", headers=PART).status_code == 200
        return len(found)

    make.error(outreach=make.company().outreach)
    one = queries()
    for _ in range(20):
        make.error(outreach=make.company().outreach)

    assert queries() == one <= 12


def test_a_view_is_saved_counted_and_shown(client, analyst):
    make.promotable()
    make.outreach()
    view = {"page": "governance:company-list", "name": "To promote", "query": "promotable=true"}

    saved = client.post(reverse("governance:view-save"), view, follow=True)

    assert saved.redirect_chain[-1][0] == f"{LIST}?promotable=true"
    assert SavedView.objects.get(name="To promote").owner == analyst
    assert re.search(r"To promote</?[^0-9]*1<", tight(saved.text))


def test_the_way_out_keeps_the_filter_and_is_shown_to_those_who_may(client):
    export = f"{reverse('governance:readiness-export')}?promotable=true"
    for person, shown in ((make.analyst(), True), (make.viewer(), False)):
        client.force_login(person)

        page = client.get(LIST, {"promotable": "true"}).text

        assert (export in page) is shown


@pytest.mark.usefixtures("analyst")
def test_an_empty_list_says_what_to_do(client):
    assert "No companies yet" in client.get(LIST).text

    make.outreach()

    assert "No company matches these filters" in client.get(LIST, {"promotable": "true"}).text


@pytest.mark.usefixtures("analyst")
def test_hostile_names_are_shown_as_they_are(client):
    make.company(company_name='<script>alert(1)</script>\u202egnp.exe & "co"')

    page = client.get(LIST).text

    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page and "\u202e" not in page


@pytest.mark.usefixtures("analyst")
def test_the_navigation_counts_companies(client):
    make.outreach()
    make.promotable()

    page = tight(client.get(LIST).text)

    assert re.search(
        r'href="/companies/"[^>]*aria-current="page"[^>]*>(<[^>]*>)*Companies(<[^>]*>)*2<', page
    )
