"""The page of a company or person."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from enrichment.models import Entity, Run
from tests import make, owner
from tests.callers import Caller

pytestmark = pytest.mark.django_db
ENTITIES = "/enrichment/entities/"
IRONCLAD = {"entity_key": "ironclad.com"}
PAGE = "/enrichment/entities/company/ironclad.com/"
LOOK_UP = "/enrichment/entities/look-up/"
STATES = ("completed", "running", "pending", "failed", "stale")


@pytest.fixture
def signed_in(client):
    client.force_login(make.viewer())
    return client


@pytest.fixture
def ironclad():
    """One workflow in each state, one that never ran, one with a gap."""
    for state in STATES:
        workflow = make.workflow(workflow_name=f"company_{state}")
        make.run(state, workflow=workflow, entity_key="ironclad.com")
    make.workflow(workflow_name="company_never")
    customers = make.workflow(workflow_name="company_customers")
    counts = {"records_in_extracted": 25, "records_in_core": 0}
    make.run(workflow=customers, entity_key="ironclad.com", **counts)


def figures(text):
    """Read the six figures by the state that each leads to."""
    found = re.findall(r'href="\?state=(\w+)#workflows">(\d+)</a>', text)
    return {state: int(count) for state, count in found}


def workflows(text):
    """Read which workflows the table has."""
    return re.findall(r'href="/enrichment/workflows/(\w+)/">\1</a>\s*</th>', text)


def test_page_and_api_tell_the_same(signed_in, ironclad):
    caller = Caller(make.analyst())
    body = {"entity_type": "company", "entity_key": "ironclad.com"}
    said = caller.post("/api/enrichment/status", body).json()

    text = signed_in.get(PAGE).text

    coverage = said["coverage"]
    assert coverage.pop("total_workflows") == 7
    assert figures(text) == coverage
    assert workflows(text) == [one["workflow_name"] for one in said["enrichments"]]
    assert "no path to core" in text and "company_customers" in text


def test_each_figure_leads_to_exactly_its_workflows(signed_in, ironclad):
    for state, count in figures(signed_in.get(PAGE).text).items():
        shown = workflows(signed_in.get(f"{PAGE}?state={state}").text)

        assert len(shown) == count > 0
    assert signed_in.get(f"{PAGE}?state=planet").status_code == 400


@pytest.mark.parametrize(
    ("asked", "key"),
    [
        ("company/https://WWW.Ironclad.com:443/about/", "company/ironclad.com"),
        ("company/ironclad.com./", "company/ironclad.com"),
        ("person/de.linkedin.com/in/Jane-Doe/", "person/linkedin.com/in/jane-doe"),
    ],
)
def test_another_spelling_leads_to_the_one_address_and_says_so(signed_in, asked, key):
    answer = signed_in.get(f"/enrichment/entities/{asked}", follow=True)

    assert answer.redirect_chain == [(f"/enrichment/entities/{key}/", 302)]
    assert "You asked for" in answer.text
    assert "You asked for" not in signed_in.get(f"/enrichment/entities/{key}/").text


def test_a_key_of_other_letters_comes_back_as_it_is(signed_in):
    person = make.workflow(key_type="person")
    make.run(workflow=person, entity_key="linkedin.com/in/jos%c3%a9")

    answer = signed_in.get(LOOK_UP, {"q": "linkedin.com/in/José"}, follow=True)

    assert len(answer.redirect_chain) == 1
    assert figures(answer.text)["completed"] == 1


def test_a_salesnav_address_is_told_apart(signed_in):
    lead = "https://www.linkedin.com/sales/lead/ACwAAB,NAME"

    answer = signed_in.get(LOOK_UP, {"q": lead}, follow=True)

    assert "/enrichment/entities/person/salesnav:" in answer.redirect_chain[0][0]
    assert "never taken for a profile" in answer.text


def test_who_is_unknown_is_an_answer(signed_in, ironclad):
    text = signed_in.get("/enrichment/entities/company/nobody.example/").text

    assert figures(text)["not_run"] == 7
    assert "knows no company of this key" in text
    assert "No workflow ever ran for it" in text


@pytest.mark.parametrize(
    ("path", "status"),
    [("planet/x.com/", 404), ("company/nodomain/", 422), ("person/x.com/", 422)],
)
def test_what_is_no_entity_is_refused(signed_in, path, status):
    assert signed_in.get(f"/enrichment/entities/{path}").status_code == status


def test_the_field_says_why_a_text_leads_nowhere(signed_in):
    answer = signed_in.get(LOOK_UP, {"q": "<b>no domain"})

    assert answer.status_code == 422
    assert "&lt;b&gt;no domain" in answer.text and "looks like ironclad.com" in answer.text
    assert "Look up" in signed_in.get(LOOK_UP).text


def test_foreign_texts_are_shown_as_text(signed_in):
    run = make.run("failed", entity_key="ironclad.com", error_class="<script>x", source="\u202eexe")
    Entity.objects.update(name="<img src=x>")

    text = signed_in.get(PAGE).text

    assert "<script>x" not in text and "<img src=x>" not in text and "\u202e" not in text
    assert "&lt;script&gt;x" in text and str(run.workflow) in text


def test_a_company_leads_to_its_page_on_the_spine(signed_in):
    spine = make.outreach(domain="ironclad.com")

    assert f'href="/companies/{spine.pk}/"' in signed_in.get(PAGE).text


def test_older_runs_are_on_the_next_page(signed_in):
    workflow = make.workflow()
    for _ in range(25):
        make.run("failed", workflow=workflow, entity_key="ironclad.com")
    first = signed_in.get(PAGE).text
    (mark,) = re.findall(r'rel="next" href="\?after=([^"#]+)#story"', first)

    second = signed_in.get(f"{PAGE}?after={mark}").text

    assert first.count('<li class="is-bad">') == 20
    assert second.count('<li class="is-bad">') == 5
    assert signed_in.get(f"{PAGE}?after=nothing").status_code == 400


def test_a_hundred_workflows_cost_as_many_queries_as_one(signed_in):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert signed_in.get(PAGE).status_code == 200
        return len(captured)

    make.run(entity_key="ironclad.com")
    make.outreach(domain="ironclad.com")
    queries()
    one = queries()
    for _ in range(99):
        make.run(entity_key="ironclad.com")

    assert queries() == one <= 12


def test_who_may_asks_for_a_run_and_is_led_to_where_it_is_cancelled(client, ironclad):
    by = make.triager()
    client.force_login(by)
    offered = client.get(PAGE).text
    asked = {"entity_type": "company", "key": "Ironclad.com", "workflow": "company_failed"}

    page = client.post(f"{ENTITIES}run/", asked, follow=True)
    run = Run.objects.get(trigger="manual")

    # failed, stale and never run are offered; pending and running can be cancelled
    assert offered.count(f'action="{ENTITIES}run/"') == 3
    assert offered.count("#h-cancel") == 2
    assert f"/enrichment/runs/{run.pk}/#h-cancel" in page.text
    assert (run.status, run.by, run.entity_key) == ("pending", by, "ironclad.com")
    assert "is asked for" in page.text and figures(page.text)["pending"] == 2


def test_what_is_fresh_is_not_run_again_and_says_what_that_saved(client):
    make.run(workflow=make.workflow(workflow_name="funding", credits_per_run=2), **IRONCLAD)
    client.force_login(make.triager())
    asked = {"entity_type": "company", "key": "ironclad.com", "workflow": "funding"}

    page = client.post(f"{ENTITIES}run/", asked, follow=True)

    assert "funding is not run again: already enriched, 2 credits saved" in page.text
    assert f'action="{ENTITIES}run/"' not in page.text


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({}, 422),
        ({"entity_type": "company", "key": "x", "workflow": "company_failed"}, 422),
        ({"entity_type": "company", "key": "x.com", "workflow": "nobody"}, 404),
        ({"entity_type": "company", "key": "ironclad.com", "workflow": "company_running"}, 409),
    ],
)
def test_a_request_that_cannot_be_is_refused(client, ironclad, sent, status):
    client.force_login(make.triager())
    before = Run.objects.count()

    assert client.post(f"{ENTITIES}run/", sent).status_code == status
    assert Run.objects.count() == before


def test_who_may_not_is_offered_nothing(signed_in, ironclad):
    assert '<form method="post" action="/enrichment/' not in signed_in.get(PAGE).text


def test_the_warehouse_is_asked_by_a_part_of_its_own(signed_in):
    whole = signed_in.get(PAGE).text
    part = signed_in.get(f"{PAGE}?part=colleagues", headers={"HX-Request": "true"}).text
    without_script = signed_in.get(f"{PAGE}?part=colleagues").text

    assert 'hx-get="?part=colleagues"' in whole and "Unknown." not in whole
    assert part.lstrip().startswith("<section") and "Unknown." in part
    assert "Unknown." in without_script and "<h1>" in without_script


def test_people_of_a_company_lead_to_their_pages(signed_in):
    for statement in (
        "CREATE SCHEMA IF NOT EXISTS core",
        "CREATE TABLE core.companies (id int, domain text, name text)",
        "CREATE TABLE core.people (core_company_id int, full_name text, linkedin_url text)",
        "INSERT INTO core.companies VALUES (1, 'ironclad.com', 'Ironclad')",
        "INSERT INTO core.people VALUES (1, '<b>Jane</b>', 'https://linkedin.com/in/jane-doe')",
        "GRANT USAGE ON SCHEMA core TO PUBLIC",
        "GRANT SELECT ON ALL TABLES IN SCHEMA core TO PUBLIC",
    ):
        owner.runs(statement)

    text = signed_in.get(f"{PAGE}?part=colleagues").text

    jane = '<a class="link" href="/enrichment/entities/person/linkedin.com/in/jane-doe/">'
    assert f"{jane}&lt;b&gt;Jane&lt;/b&gt;</a>" in text
    assert "part=colleagues" not in "".join(re.findall(r'href="(\?[^"]*)"', text))
