"""Totals and facets of lists of errors come from counters where these know enough."""

import re

import pytest
from django.urls import reverse

from tests import make

pytestmark = pytest.mark.django_db
LIST = reverse("governance:error-list")


@pytest.fixture
def ops(client):
    """The client of a signed-in triager."""
    client.force_login(make.triager())
    return client


def keys(page: str) -> list[str]:
    return re.findall(r'data-row="([^"]+)"', page)


def test_a_page_has_rows_totals_and_counted_tabs(ops):
    open_ones = make.errors(3, make.DOL)
    make.errors(2, make.DOL, disposition="RESOLVED")

    page = ops.get(LIST, {"disposition": ["PARKED", "RETRY"]}).text

    assert sorted(keys(page)) == sorted(str(error.pk) for error in open_ones)
    assert 'data-total="3"' in page
    assert re.search(r"All open <span class=\"count\">3<", page) and re.search(
        r"Everything <span class=\"count\">5<", page
    )


def test_facets_and_totals_of_searched_lists_are_parts_of_their_own(ops):
    make.errors(3, make.DOL)
    make.error(make.CT)

    total = ops.get(LIST, {"q": "filing", "part": "total"}, headers={"HX-Request": "true"})
    facets = ops.get(LIST, {"q": "filing", "part": "facets"}, headers={"HX-Request": "true"})

    assert 'data-total="3"' in total.text and "<html" not in total.text
    assert re.search(r"NO_MATCH</span><span class=\"count\">3<", facets.text)
    assert "HX-Request" in total.headers["Vary"]
