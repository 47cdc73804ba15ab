"""Companies and people as a page and as a file."""

import csv
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import make
from tests.governance.views.desk import HTMX

LIST, FILE = "/enrichment/entities/", "/enrichment/entities/file/"


@pytest.fixture
def workflow(db):
    return make.workflow(workflow_name="news")


def told(client, query: str) -> str:
    sent = client.get(f"{FILE}?{query}")
    assert sent.status_code == 200
    return b"".join(sent).decode("utf-8-sig")


def queries(client, address: str) -> int:
    asked = HTMX if "part=" in address else {}
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address, headers=asked).status_code == 200
    return len(captured)


@pytest.mark.parametrize(
    "query",
    [
        "",
        "?workflow=news",
        "?workflow=news&state=not_run&state=failed",
        "?workflow=news&part=facets",
        "?part=total&q=exa",
    ],
)
def test_a_hundred_rows_cost_as_many_queries_as_one(client, workflow, query):
    client.force_login(make.triager())
    make.run("failed", workflow=workflow)
    address = f"{LIST}{query}{'&' if query else '?'}size=100"
    alone = queries(client, address)

    for _ in range(50):
        make.run("failed", workflow=workflow)
        make.entity()

    assert queries(client, address) == alone <= 12


def test_states_are_offered_with_a_workflow_and_counted(client, workflow):
    client.force_login(make.viewer())
    make.run("failed", workflow=workflow)
    make.entity()

    bare = client.get(f"{LIST}?part=facets", headers=HTMX).text
    named = client.get(f"{LIST}?workflow=news&part=facets", headers=HTMX).text

    assert 'aria-label="State"' not in bare and 'aria-label="Kind"' in bare
    assert 'aria-label="State"' in named and '<span class="count">1</span>' in named


def test_the_number_is_that_of_the_rows(client, workflow):
    client.force_login(make.viewer())
    for _ in range(3):
        make.run("failed", workflow=workflow)
    make.run(workflow=workflow)

    page = client.get(f"{LIST}?workflow=news&state=failed&part=total", headers=HTMX).text

    assert page.split() and "3" in page
    assert client.get(f"{LIST}?workflow=nobody").status_code == 400


def test_the_file_holds_what_the_list_shows(client, committed_db):
    news = make.workflow(workflow_name="news")
    make.run("failed", workflow=news, entity_key="a.example")
    make.entity("b.example", name="=cmd()")
    make.entity("linkedin.com/in/x", "person")
    client.force_login(make.analyst())

    text = told(client, "workflow=news&sort=-key&size=25")

    rows = list(csv.DictReader(line for line in text.splitlines() if not line.startswith("#")))
    assert [(row["entity_key"], row["status"]) for row in rows] == [
        ("a.example", "failed"),
        ("b.example", "not_run"),
    ]
    assert rows[1]["name"].startswith("'=") and "workflow=news" in text


def test_the_file_without_a_workflow_has_no_state(client, committed_db):
    make.entity("a.example")
    client.force_login(make.analyst())

    text = told(client, "type=company")

    assert "a.example" in text and "status" not in text


def test_who_may_not_take_rows_out_has_no_file(client, workflow):
    client.force_login(make.viewer())

    assert FILE not in client.get(LIST).text
    assert client.get(FILE).status_code == 403


def test_one_is_looked_up_above_the_list_in_any_spelling(client, db):
    make.run(entity_key="ironclad.com")
    client.force_login(make.viewer())

    page = client.get(LIST).text

    form = re.search(r'<form class="row lookup"[^>]+action="([^"]+)"', page)
    found = client.get(form[1], {"q": "https://WWW.Ironclad.com/about"})
    assert found["Location"] == "/enrichment/entities/company/ironclad.com/"
    assert "row lookup" not in client.get(LIST, headers=HTMX).text
