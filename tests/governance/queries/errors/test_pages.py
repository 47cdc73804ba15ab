"""Pages of the queue against the plain order of everything that fits, whatever way leads to the rows."""

import pytest
from django.http import QueryDict

from governance.filters.errors import ErrorFilter
from governance.models import HubError
from governance.queries.errors import counts
from governance.queries.errors import pages as error_pages
from governance.queries.errors.pages import ErrorPaginator
from tests import make, sample

pytestmark = pytest.mark.django_db
PATHS = ("created_at", "-created_at", "expires_at", "-expires_at", "retry_count", "-retry_count")
FILTERS = (
    "",
    "disposition=RETRY",
    "disposition=PARKED&retry_count=1&retry_count=0",
    "ttl_tier=INFINITE&ttl_tier=SHORT",
    "hub=HUB-DOL&retry_exhausted=false",
    "retry_count_min=1&retry_count_max=2",
    "code=nothing-like-it",
    "created_after=2026-01-10T00:00Z",
    "expires_before=2026-02-20T00:00Z&expires_after=2026-01-20T00:00Z",
    "created_before=2026-01-30T00:00Z&expires_after=2026-02-10T00:00Z&disposition=RETRY",
    "company=firm1.example",
    "q=mail",
    "q=mail&severity=HIGH",
    "q=100%25",
    "q=nowhere",
)


def paginator(text: str, path: str, *, size: int = 7) -> ErrorPaginator:
    filterset = ErrorFilter(QueryDict(text), HubError.objects.all())
    cells = list(counts.kept(filterset.counters()).fitting(filterset.wanted))
    return ErrorPaginator(
        filterset.queryset, filtered=filterset.filtered(cells), sort=path, size=size
    )


def walked(text: str, path: str) -> list:
    pages, found = paginator(text, path), []
    page = pages.page()
    while True:
        found += [row.pk for row in page.rows]
        if page.after is None:
            return found
        page = pages.page(after=page.after)


def expected(text: str, path: str) -> list:
    sign = "-" if path.startswith("-") else ""
    return list(
        ErrorFilter(QueryDict(text), HubError.objects.all())
        .qs.order_by(path, f"{sign}pk")
        .values_list("pk", flat=True)
    )


@pytest.mark.parametrize("path", PATHS)
def test_pages_hold_every_fitting_row_once_and_in_order(path):
    sample.of(120)
    group = HubError.objects.first().message_key.hex()

    for text in (*FILTERS, f"group={group}", f"group={group}&disposition=RETRY"):
        assert walked(text, path) == expected(text, path), text


@pytest.mark.parametrize(("name", "value"), [("FEW", 0), ("NEAR", 3), ("MOST_CELLS", 3)])
@pytest.mark.parametrize("path", ["created_at", "-expires_at", "-retry_count"])
def test_every_way_to_the_rows_gives_the_same_pages(monkeypatch, name, value, path):
    sample.of(80)
    monkeypatch.setattr(error_pages, name, value)

    for text in FILTERS:
        assert walked(text, path) == expected(text, path), text


@pytest.mark.parametrize("path", PATHS)
def test_the_page_before_ends_where_the_page_after_begins(path):
    sample.of(60)
    pages = paginator("disposition=RETRY", path)

    first = pages.page()
    second = pages.page(after=first.after)

    assert [row.pk for row in pages.page(before=second.before).rows] == [
        row.pk for row in first.rows
    ]


def test_a_row_knows_its_neighbours():
    made = sample.of(60)
    wanted = expected("disposition=RETRY", "-created_at")
    rows = {row.pk: row for row in made}

    before, after = paginator("disposition=RETRY", "-created_at", size=1).neighbours(
        rows[wanted[3]]
    )

    assert (before.pk, after.pk) == (wanted[2], wanted[4])


def test_a_row_that_has_just_changed_is_found_by_its_new_values():
    error = make.error(make.DOL)

    HubError.objects.filter(pk=error.pk).update(owner="jane")

    assert walked("owner=jane", "-created_at") == [error.pk]
    assert walked(f"owner={error.owner}", "-created_at") == []
