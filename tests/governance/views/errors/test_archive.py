"""The archive as pages."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests import make
from tests.markup import tight

pytestmark = pytest.mark.django_db
LIST = reverse("governance:archive-list")


@pytest.fixture
def ops(client):
    """The client of a signed-in triager."""
    client.force_login(make.triager())
    return client


def test_archived_errors_are_listed_with_counted_facets(ops):
    rows = [make.archived(), make.archived(make.DOL, archive_reason="SUPERSEDED")]

    page = ops.get(LIST).text
    facets = tight(ops.get(LIST, {"part": "facets"}).text)

    assert set(re.findall(r'data-row="([^"]+)"', page)) == {str(row.pk) for row in rows}
    assert re.search(r"SUPERSEDED</span><span class=\"count\">1<", facets)
    assert re.search(r"HUB-DOL</span><span class=\"count\">1<", facets)
    assert reverse("governance:operation-plan", args=["restore"]) in page


@pytest.mark.parametrize(
    "text",
    ["disposition=RETRY", "archive_reason=NO", "sort=company", "view=mine", "archived_before=x"],
)
def test_a_wrong_address_is_refused(ops, text):
    make.archived()

    answer = ops.get(f"{LIST}?{text}")

    assert answer.status_code == 400 and "data-row" not in answer.text


@pytest.mark.parametrize("sort", ["archived", "-archived", "kept", "-kept"])
def test_the_list_costs_the_same_for_one_row_and_many(ops, sort):
    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            assert ops.get(LIST, {"sort": sort}).status_code == 200
        return len(found)

    make.archived()
    one = queries()
    for _ in range(20):
        make.archived()

    assert queries() == one <= 12
