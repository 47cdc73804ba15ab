"""What the search box finds of the registry."""

import pytest

from enrichment.queries import search
from outreach_admin.lists.search import kinds_for
from tests import make
from tests.enrichment import scans

pytestmark = pytest.mark.django_db
PAGE = "/enrichment/workflows/company_funding/"


@pytest.fixture
def funding():
    workflow = make.workflow(workflow_name="company_funding")
    workflow.aliases.create(alias="crunchbase_rounds")
    make.workflow(workflow_name="person_profile", key_type="person")
    called = {"kind": "in_both", "function": "ingest_money", "slug": "crunchbase_rounds"}
    scans.scan(called, {"kind": "unregistered", "function": "ingest_nobody", "slug": "nobody"})
    return workflow


@pytest.mark.parametrize("text", ["company_funding", "Crunchbase_Rounds", "ingest_money"])
def test_one_is_opened_by_its_name_an_earlier_one_or_its_function(funding, text):
    assert search.exact(text, make.viewer()) == PAGE


@pytest.mark.parametrize("text", ["funding", "ingest_nobody", "nobody", ""])
def test_nothing_is_opened_by_what_names_none(funding, text):
    assert search.exact(text, make.viewer()) == ""


def test_a_function_of_several_workflows_opens_none(funding):
    scans.scan(
        {"kind": "in_both", "function": "ingest_all", "slug": "company_funding"},
        {"kind": "in_both", "function": "ingest_all", "slug": "person_profile"},
    )

    assert search.exact("ingest_all", make.viewer()) == ""
    assert len(search.like("ingest_all", make.viewer()).hits) == 2


@pytest.mark.parametrize(
    ("text", "detail"),
    [
        ("FUND", "company, active"),
        ("rounds", "company, active, once crunchbase_rounds"),
        ("_mone", "company, active, function ingest_money"),
    ],
)
def test_they_are_listed_with_what_was_found_of_them(funding, text, detail):
    found = search.like(text, make.viewer()).hits

    assert [(one.title, one.url, one.detail) for one in found] == [
        ("company_funding", PAGE, detail)
    ]


@pytest.mark.parametrize("text", ["100%", "a_b\\", "'; DROP"])
def test_signs_of_patterns_mean_themselves(funding, text):
    assert not search.like(text, make.viewer()).hits


def test_the_search_box_asks_for_them_whoever_may_see_them(client, funding):
    client.force_login(make.viewer())

    assert PAGE in client.get("/search/", {"q": "fundin"}).text
    assert "Workflows" not in [kind.name for kind in kinds_for(make.user())]
