"""Pages of the queue against the plain order of everything that fits, whatever way leads to the rows."""

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from governance.filters.errors import ErrorFilter
from governance.models import HubError
from governance.queries.errors import counts
from governance.queries.errors import pages as error_pages
from governance.queries.errors.pages import ErrorPaginator
from outreach_admin.lists.tallies import Tally
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
    "q=no_match",
    "q=mail&code=NO_MATCH",
    "q=example&disposition=PARKED",
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


WAYS = ({"FEW": 0}, {"NEAR": 3}, {"MOST_CELLS": 3}, {"NEAR": 3, "MOST_CAUSES": 0})


@pytest.mark.parametrize("limits", WAYS)
@pytest.mark.parametrize("path", ["created_at", "-expires_at", "-retry_count"])
def test_every_way_to_the_rows_gives_the_same_pages(monkeypatch, limits, path):
    sample.of(80)
    for name, value in limits.items():
        monkeypatch.setattr(error_pages, name, value)

    for text in FILTERS:
        assert walked(text, path) == expected(text, path), text


def read_for(text: str) -> list[str]:
    """The statements that a page of a filter costs."""
    pages = paginator(text, "-created_at", size=50)
    with CaptureQueriesContext(connection) as captured:
        pages.page()
    return [query["sql"] for query in captured]


def plan_of(statement: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan TO off")
        cursor.execute(f"EXPLAIN {statement}")
        return "\n".join(line for (line,) in cursor.fetchall())


@pytest.mark.parametrize("text", ["q=mail&code=NO_MATCH", "q=mail&severity=HIGH", "q=mail"])
def test_a_word_is_looked_for_among_the_causes_that_do_not_name_it(monkeypatch, text):
    monkeypatch.setattr(error_pages, "NEAR", 1)
    make.errors(30, code="CT-M-NO-MX", message="no mail server")
    make.errors(3, code="NO_MATCH", message="no filing", domain="mailer.example", severity="HIGH")
    make.errors(60, code="NO_MATCH", message="no filing", severity="HIGH")

    (united,) = [read for read in read_for(text) if "UNION" in read or "ARRAY(SELECT" in read]

    assert "error_text_words" in plan_of(united)
    condition = plan_of(united).partition("on error_text_words")[2].splitlines()[1]
    assert "MAIL" in condition and "message_key" in condition


def test_a_cause_that_only_seems_to_name_the_text_hides_no_row(monkeypatch):
    monkeypatch.setattr(error_pages, "NEAR", 1)
    make.errors(3, message="took 5 seconds")
    make.error(message="n seconds", domain="a.example")

    # the normalised message reads "took {n} seconds"
    assert walked("q=n} s", "created_at") == expected("q=n} s", "created_at") == []
    assert walked("q=n s", "created_at") == expected("q=n s", "created_at")


def test_a_cause_is_not_looked_up_anew_for_each_combination(monkeypatch):
    monkeypatch.setattr("governance.filters.errors.FEW", 0)
    make.errors(30, code="NO_MATCH", message="same")
    make.errors(30, code="NO_STATE", message="same")
    group = HubError.objects.first().message_key.hex()

    (merged,) = [read for read in read_for(f"group={group}") if "LATERAL" in read]

    assert "error_facets_created" in plan_of(merged)
    assert "message_key ||" in plan_of(merged)


def test_where_all_rows_are_near_nothing_else_is_asked():
    make.errors(5, message="no mail server")

    assert len([read for read in read_for("q=mail") if "errortext" in read]) == 1


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

    assert (before, after) == (wanted[2], wanted[4])


def test_a_row_that_has_just_changed_is_found_by_its_new_values():
    error = make.error(make.DOL)

    HubError.objects.filter(pk=error.pk).update(owner="jane")

    assert walked("owner=jane", "-created_at") == [error.pk]
    assert walked(f"owner={error.owner}", "-created_at") == []


@pytest.mark.parametrize("limits", [{}, *WAYS])
@pytest.mark.parametrize("path", ["-created_at", "expires_at", "retry_count", "-retry_count"])
def test_a_row_knows_its_rank_whatever_way_leads_to_it(monkeypatch, limits, path):
    sample.of(60)
    for name, value in limits.items():
        monkeypatch.setattr(error_pages, name, value)

    for text in FILTERS:
        order = expected(text, path)
        for place in {0, len(order) // 2, len(order) - 1} if order else ():
            row = HubError.objects.get(pk=order[place])
            assert paginator(text, path, size=1).rank(row) == Tally(place + 1), text


def test_a_rank_is_counted_no_further_than_it_may():
    sample.of(60)
    last = expected("disposition=RETRY", "created_at")[-1]
    pages = paginator("disposition=RETRY", "created_at", size=1)

    with CaptureQueriesContext(connection) as captured:
        rank = pages.rank(HubError.objects.get(pk=last), most=4)

    assert rank == Tally(5, at_least=True)
    count = captured[-1]["sql"]
    assert "LIMIT 5" in count
    assert "Seq Scan on governance_huberror" not in plan_of(count)
