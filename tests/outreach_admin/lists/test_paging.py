"""Paging by key shows every row once, in order, in both directions."""

import base64
import json
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth import get_user_model
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from governance.models import CompanyMaster
from outreach_admin.db.limits import WORD
from outreach_admin.exceptions import BadRequest
from outreach_admin.lists.paging import KeysetPaginator, size_of
from outreach_admin.lists.tallies import Tally

User = get_user_model()
START = datetime(2026, 1, 1, 12, 0, 0, 123456, tzinfo=UTC)


def people(*offsets: int) -> None:
    User.objects.bulk_create(
        User(
            username=f"u{place}",
            date_joined=START + timedelta(microseconds=offset),
            is_active=offset % 2 == 0,
        )
        for place, offset in enumerate(offsets)
    )


def forwards(paginator: KeysetPaginator) -> list[list[int]]:
    pages, page = [], paginator.page()
    while True:
        pages.append([row.pk for row in page.rows])
        if page.after is None:
            return pages
        page = paginator.page(after=page.after)


def backwards(paginator: KeysetPaginator, last: str) -> list[int]:
    seen, cursor = [], last
    while cursor:
        page = paginator.page(before=cursor)
        seen[:0] = [row.pk for row in page.rows]
        cursor = page.before
    return seen


class EveryOrder(TestCase):
    """Against a plain sorted list, with many ties."""

    @settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(
        offsets=st.lists(st.integers(0, 4), max_size=25),
        size=st.integers(1, 7),
        sort=st.sampled_from(
            ["date_joined", "-date_joined", "is_active", "-is_active", "id", "-id", "-pk"]
        ),
    )
    def test_pages_joined_are_the_sorted_list(self, offsets, size, sort):
        people(*offsets)
        field, down = sort.removeprefix("-"), sort.startswith("-")
        expected = [
            row.pk
            for row in sorted(
                User.objects.all(), key=lambda row: (getattr(row, field), row.pk), reverse=down
            )
        ]
        paginator = KeysetPaginator(User.objects.all(), sort=sort, size=size)

        pages = forwards(paginator)

        assert [key for page in pages for key in page] == expected
        assert all(len(page) == size for page in pages[:-1])
        if len(pages) > 1:
            last = paginator.cursor(User.objects.get(pk=expected[-1]))
            # the first page is filled up, so it may show rows of the second again
            assert list(dict.fromkeys(backwards(paginator, last))) == expected[:-1]


@pytest.mark.django_db
def test_a_page_costs_one_query_without_count_or_offset(django_assert_num_queries):
    people(*range(9))
    paginator = KeysetPaginator(User.objects.all(), sort="-date_joined", size=3)
    cursor = paginator.page().after

    with django_assert_num_queries(1) as queries:
        paginator.page(after=cursor)

    statement = queries.captured_queries[0]["sql"]
    assert "COUNT" not in statement
    assert "OFFSET" not in statement


@pytest.mark.django_db
def test_a_row_inserted_before_the_place_moves_nothing():
    people(10, 20, 30, 40)
    paginator = KeysetPaginator(User.objects.all(), sort="date_joined", size=2)
    first = paginator.page()

    User.objects.create(username="new", date_joined=START)

    assert [row.username for row in paginator.page(after=first.after).rows] == ["u2", "u3"]


@pytest.mark.django_db
def test_going_back_to_the_start_shows_a_full_first_page():
    people(*range(5))
    paginator = KeysetPaginator(User.objects.all(), sort="date_joined", size=3)
    second = paginator.cursor(User.objects.get(username="u2"))

    page = paginator.page(before=second)

    assert [row.username for row in page.rows] == ["u0", "u1", "u2"]
    assert page.before is None


@pytest.mark.django_db
def test_the_neighbours_of_a_row_are_those_beside_it_in_the_list():
    people(1, 2, 3)
    paginator = KeysetPaginator(User.objects.all(), sort="-date_joined")

    u0, u1, u2 = User.objects.order_by("username")

    assert paginator.neighbours(u1) == (u2.pk, u0.pk)
    assert paginator.neighbours(u2) == (None, u1.pk)


@pytest.mark.django_db
def test_the_rank_of_a_row_is_its_place_as_far_as_it_is_counted():
    people(1, 2, 3, 3)
    paginator = KeysetPaginator(User.objects.all(), sort="-date_joined")
    u0, u1, *_, u3 = User.objects.order_by("username")

    assert [paginator.rank(row) for row in (u3, u1, u0)] == [Tally(1), Tally(3), Tally(4)]
    assert paginator.rank(u0, most=2) == Tally(3, at_least=True)
    assert paginator.rank(u0, most=3) == Tally(4)


def broken_cursors() -> list[str]:
    good = KeysetPaginator(User.objects.all(), sort="date_joined")
    row = User(pk=1, date_joined=START)
    other = KeysetPaginator(User.objects.all(), sort="-date_joined").cursor(row)
    return [
        "x",
        "%%%",
        "W10",
        "bnVsbA",
        good.cursor(row)[:-6],
        good.cursor(row) + "AAAA",
        other,
        "A" * 3000,
        base64.urlsafe_b64encode(b"[" * 1_490).decode(),
        "WyJkYXRlX2pvaW5lZCIsInRvZGF5IiwiMSJd",
    ]


@pytest.mark.parametrize("cursor", broken_cursors())
def test_a_broken_cursor_is_refused_before_the_database_is_asked(cursor):
    paginator = KeysetPaginator(User.objects.all(), sort="date_joined")

    with pytest.raises(BadRequest, match="place marker"):
        paginator.page(after=cursor)


@pytest.mark.django_db
@pytest.mark.parametrize("letter", ["x", "Ж", "\U0001f680"])
def test_a_cursor_to_the_longest_text_is_read_back(letter):
    paginator = KeysetPaginator(CompanyMaster.objects.all(), sort="company_name")
    last = CompanyMaster(pk="x" * 64, company_name=letter * WORD)

    assert paginator.page(after=paginator.cursor(last)).rows == []


@pytest.mark.parametrize("value", ["a\ud800", "\udfffb", "a\0b"])
def test_a_cursor_with_what_no_text_can_hold_is_refused(value):
    packed = base64.urlsafe_b64encode(json.dumps(["username", value, "1"]).encode()).decode()
    paginator = KeysetPaginator(User.objects.all(), sort="username")

    with pytest.raises(BadRequest, match="place marker"):
        paginator.page(after=packed)


def test_a_cursor_in_both_directions_is_refused():
    with pytest.raises(BadRequest, match="not both"):
        KeysetPaginator(User.objects.all(), sort="id").page(after="a", before="b")


@pytest.mark.parametrize("text", ["0", "51", "-50", "1e2", "", "50 "])
def test_a_page_size_that_is_not_offered_is_refused(text):
    with pytest.raises(BadRequest, match="not an offered page size"):
        size_of(text)
