"""The registry as a page."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import make

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


def test_a_workflow_is_found_by_its_earlier_name(client):
    workflow = make.workflow(raw_table="raw.news", owner="Data <team>")
    workflow.aliases.create(alias="earlier")
    client.force_login(make.viewer())

    answer = client.get(f"{LIST}earlier/", follow=True)

    assert answer.redirect_chain == [(workflow.get_absolute_url(), 302)]
    assert "raw.news" in answer.text and "Data &lt;team&gt;" in answer.text
    assert client.get(f"{LIST}nowhere/").status_code == 404
