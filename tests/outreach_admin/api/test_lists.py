"""Lists: every order and size that is offered, and nothing else."""

from datetime import timedelta

import pytest
from django.utils import timezone

from governance import subjects
from governance.models import HubError
from outreach_admin.api.lists import MOST, query_of, query_pairs, text_of
from outreach_admin.exceptions import BadRequest
from tests import make
from tests.callers import Caller

ERRORS, SEARCH = "/api/errors/", "/api/errors/search/"
SORTS = [
    f"{sign}{name}"
    for name in subjects.named("error").resolve("table").sorts()
    for sign in ("", "-")
]
pytestmark = pytest.mark.django_db


@pytest.fixture
def viewer() -> Caller:
    return Caller(make.viewer())


def pages_from(caller: Caller, address: str, direction: str) -> list[tuple[str, list[str]]]:
    """Follow the pages from one address to their end: the address and the ids of each."""
    pages = []
    while address:
        page = caller.get(address).json()
        pages.append((address, [row["error_id"] for row in page["results"]]))
        address = page[direction]
    return pages


def keys_of(pages: list[tuple[str, list[str]]]) -> list[str]:
    return [key for _, keys in pages for key in keys]


@pytest.mark.parametrize(
    ("rows", "size"),
    [
        (500, 50),
        pytest.param(10_000, MOST, marks=pytest.mark.soak),
    ],
)
def test_many_rows_of_one_moment_are_walked_both_ways(viewer, rows, size):
    outreach = make.outreach()
    made = make.errors(rows, outreach=outreach, created_at=timezone.now() - timedelta(days=1))

    down = pages_from(viewer, f"{ERRORS}?sort=-created&size={size}", "next")
    last, _ = down[-1]
    up = pages_from(viewer, last, "previous")

    assert len(keys_of(down)) == len(set(keys_of(down))) == len(made) == rows
    assert len(down) >= 10
    assert keys_of(reversed(up)) == keys_of(down)


@pytest.mark.parametrize("sort", SORTS)
def test_every_order_gives_every_row_once_over_pages(viewer, sort):
    keys = {
        str(error.pk) for error in [*make.errors(3), make.error(make.DOL), make.error(make.URL)]
    }

    found = keys_of(pages_from(viewer, f"{ERRORS}?sort={sort}&size=2", "next"))

    assert len(found) == 5 and set(found) == keys


@pytest.mark.parametrize("size", ["1", "25", str(MOST)])
def test_a_page_has_as_many_rows_as_asked_for(viewer, size):
    make.errors(3)

    found = viewer.get(f"{ERRORS}?size={size}").json()["results"]

    assert len(found) == min(3, int(size))


@pytest.mark.parametrize(
    "size", ["0", "-1", "1001", "ten", "1e2", "", "²", "000001" + "9" * 4_400, "0000019999"]
)
def test_another_size_is_refused(viewer, size):
    answer = viewer.get(f"{ERRORS}?size={size}")

    assert (answer.status_code, answer.json()["key"]) == (400, "size")


def test_a_key_of_the_list_counts_once(viewer):
    for key in ("size=2&size=3", "sort=created&sort=-created"):
        assert viewer.get(f"{ERRORS}?{key}").status_code == 400


def test_a_cursor_leads_on_where_rows_came_and_went(viewer):
    rows = make.errors(6)
    first = viewer.get(f"{ERRORS}?sort=created&size=2").json()
    HubError.objects.filter(pk=first["results"][-1]["error_id"]).delete()

    rest = keys_of(pages_from(viewer, first["next"], "next"))

    assert len(rows) == 6 and len(rest) == 4


@pytest.mark.parametrize("key", ["sort", "size", "cursor"])
@pytest.mark.parametrize("value", [{}, [], [1], 1.5, "x" * 10_000, "\x00", 10**30, True, -1, ""])
def test_no_value_of_a_search_breaks_anything(viewer, key, value):
    answer = viewer.post(SEARCH, {key: value})

    assert answer.status_code in (200, 400)


@pytest.mark.parametrize(
    "value", [{}, [[]], [{}], 1.5, "x" * 10_000, "\x00", 10**30, True, None, -1]
)
@pytest.mark.parametrize("key", ["q", "disposition", "code", "created_after", "retry_exhausted"])
def test_no_value_of_a_filter_breaks_anything(viewer, key, value):
    answer = viewer.post(SEARCH, {"filter": {key: value}})

    assert answer.status_code in (200, 400)


def test_a_filter_of_a_body_is_the_text_of_an_address():
    assert text_of({"q": "a&b=%", "code": ["X", "Y"], "n": 7, "b": True}) == (
        "q=a%26b%3D%25&code=X&code=Y&n=7&b=true"
    )
    assert text_of(None) == ""


@pytest.mark.parametrize("filter", [[], "q=1", 7, {"sort": "x"}, {"part": "facets"}])
def test_what_is_no_filter_is_refused(filter):
    with pytest.raises(BadRequest):
        query_pairs(filter)


def test_a_value_that_no_address_has_is_refused():
    with pytest.raises(BadRequest, match="neither a text nor a whole number"):
        query_of({"q": [1.5]})
