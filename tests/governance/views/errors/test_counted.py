"""Totals and facets of lists of errors come from counters where these know enough."""

import re

import pytest
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from governance.views.errors import counted
from governance.views.errors.queue import ErrorList
from outreach_admin.lists.facets import Facet, Value
from outreach_admin.lists.tallies import Tally
from tests import make
from tests.markup import tight

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

    page = tight(ops.get(LIST, {"disposition": ["PARKED", "RETRY"]}).text)

    assert sorted(keys(page)) == sorted(str(error.pk) for error in open_ones)
    assert 'data-total="3"' in page
    assert re.search(r"All open</span><span class=\"count\">3<", page) and re.search(
        r"Everything</span><span class=\"count\">5<", page
    )


def test_facets_and_totals_of_searched_lists_are_parts_of_their_own(ops):
    make.errors(3, make.DOL)
    make.error(make.CT)

    total = ops.get(LIST, {"q": "filing", "part": "total"}, headers={"HX-Request": "true"})
    facets = ops.get(LIST, {"q": "filing", "part": "facets"}, headers={"HX-Request": "true"})

    assert 'data-total="3"' in total.text and "<html" not in total.text
    assert re.search(r"NO_MATCH</span><span class=\"count\">3<", tight(facets.text))
    assert "HX-Request" in total.headers["Vary"]


def facet(name: str, **values: int | None) -> Facet:
    made = [
        Value(label, label, "", label == "chosen", None if rows is None else Tally(rows))
        for label, rows in values.items()
    ]
    return Facet(name, name.capitalize(), made)


def test_values_known_to_have_no_row_are_left_out_unless_they_are_chosen():
    (found,) = counted.with_rows([facet("code", a=3, b=0, chosen=0, uncounted=None)])

    assert [value.label for value in found.values] == ["a", "chosen", "uncounted"]


def test_a_facet_without_a_value_goes_and_dispositions_stay_whole():
    found = counted.with_rows([facet("stage", a=0), facet("disposition", RETRY=0, PARKED=2)])

    assert [(one.name, len(one.values)) for one in found] == [("disposition", 2)]


def view_of(query: str) -> ErrorList:
    view = ErrorList()
    view.setup(RequestFactory().get(f"/?{query}"))
    view.request.user = make.triager()
    return view


@pytest.mark.parametrize(
    ("query", "rows"),
    [
        ("code=NO_MATCH", 3),
        ("code=NO_MATCH&disposition=RESOLVED", 0),
        ("code=NO_MATCH&sort=expires&columns=code&size=25", 3),
        ("", 4),
        ("q=filing", None),
        ("company=a.example", None),
    ],
)
def test_a_view_is_counted_where_the_counters_know_its_filters(query, rows):
    make.errors(3, make.DOL)
    make.error()

    assert view_of("").count_of(query) == rows


@pytest.mark.parametrize(("query", "rows"), [("code=NO_MATCH", 3), ("q=filing&severity=LOW", 0)])
def test_a_total_is_the_same_whether_counters_or_rows_are_read(query, rows):
    make.errors(3, make.DOL)
    make.error()

    assert view_of(query).total() == Tally(rows)


def test_counters_are_read_without_reading_an_error():
    make.errors(3, make.DOL)
    view = view_of("code=NO_MATCH")

    with CaptureQueriesContext(connection) as found:
        assert view.total() == Tally(3)

    assert not any('FROM "governance_huberror"' in query["sql"] for query in found)
