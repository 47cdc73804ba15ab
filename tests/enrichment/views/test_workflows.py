"""The registry as a page."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import make, owner
from tests.enrichment import scans

pytestmark = pytest.mark.django_db
LIST = "/enrichment/workflows/"


def queries(client, address):
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


@pytest.mark.parametrize("address", [LIST, f"{LIST}?part=facets"])
def test_a_hundred_rows_cost_as_many_queries_as_one(client, address):
    client.force_login(make.triager())
    make.workflow()
    alone = queries(client, address)

    for _ in range(99):
        make.workflow()

    assert queries(client, f"{address}{'&' if '?' in address else '?'}size=100") == alone <= 12


def test_what_may_be_done_is_offered_to_who_may(client):
    make.workflow()
    for person, is_offered in ((make.triager(), True), (make.viewer(), False)):
        client.force_login(person)

        page = client.get(LIST).text

        assert ("/plan/deactivate/" in page) is is_offered


def test_the_page_of_a_workflow_leads_to_its_runs_and_to_the_needless_ones(client):
    workflow = make.workflow(workflow_name="news")
    fresh = make.run(workflow=workflow)
    make.run("skipped", workflow=workflow, refused_for=fresh, credits_saved=2)
    make.run("skipped", workflow=workflow)
    client.force_login(make.viewer())

    page = client.get(workflow.get_absolute_url()).text

    runs = "/enrichment/runs/?workflow=news"
    needless = f"{runs}&already_enriched=true&started_after=30d-ago"
    for address, rows in ((runs, 3), (needless, 1)):
        assert f'href="{address.replace("&", "&amp;")}"' in page
        assert len(client.get(address).context["table"].data) == rows
    assert f"/enrichment/runs/{fresh.pk}/" in page and "2.00" in page


def test_the_tables_are_counted_in_a_part_that_is_fetched_afterwards(client):
    owner.runs("CREATE SCHEMA IF NOT EXISTS core")
    owner.runs(
        "CREATE TABLE core.counted AS SELECT g::text AS domain FROM generate_series(1, 1234) g"
    )
    owner.runs("GRANT USAGE ON SCHEMA core TO PUBLIC")
    owner.runs("GRANT SELECT ON core.counted TO PUBLIC")
    workflow = make.workflow(core_table="core.counted", raw_table="raw.gone", key_column="domain")
    client.force_login(make.viewer())
    page = workflow.get_absolute_url()

    whole = client.get(page).text
    part = client.get(f"{page}?part=flow", headers={"HX-Request": "true"}).text

    assert f'hx-get="{page}?part=flow"' in whole and "1,234" not in whole
    assert "1,234 rows · 1,234 keys" in part and "<html" not in part
    assert "unknown rows" in part and "The warehouse has no table" in part
    assert "hx-get" not in part
    assert "1,234" in client.get(f"{page}?part=flow").text


def test_a_workflow_is_found_by_its_earlier_name(client):
    workflow = make.workflow(raw_table="raw.news", owner="Data <team>")
    workflow.aliases.create(alias="earlier")
    client.force_login(make.viewer())

    answer = client.get(f"{LIST}earlier/", follow=True)

    assert answer.redirect_chain == [(workflow.get_absolute_url(), 302)]
    assert "raw.news" in answer.text and "Data &lt;team&gt;" in answer.text
    assert client.get(f"{LIST}nowhere/").status_code == 404


def test_every_figure_leads_to_exactly_its_entries(client):
    make.workflow(workflow_name="differs", provider="clay")
    make.workflow(workflow_name="agrees")
    scans.scan(
        {"kind": "table_mismatch", "slug": "differs"},
        {"slug": "news", "function": "ingest_<news>", "file": "ingest/news.py", "line": 4},
        functions=3,
    )
    client.force_login(make.viewer())

    page = client.get(LIST)

    assert page.context["figures"].agreeing == 1
    assert f'<a href="{LIST}?differs=false">1</a>' in page.text
    shown = client.get(f"{LIST}?differs=false").context["table"].data
    assert [row.workflow_name for row in shown] == ["agrees"]
    assert "of 3 functions found" in page.text
    assert "1 function of the code without an entry." in page.text
    assert "ingest_&lt;news&gt;" in page.text and "ingest/news.py:4" in page.text


def test_the_way_out_is_offered_to_who_may_export(client):
    for person, is_offered in ((make.analyst(), True), (make.viewer(), False)):
        client.force_login(person)

        assert ("/enrichment/registry/export/" in client.get(LIST).text) is is_offered
