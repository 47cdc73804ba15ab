"""Groups in words, as filters, and with the verb that suits them."""

from datetime import UTC, date, datetime

import pytest

from governance.models import ErrorCode, ErrorTable
from governance.queries.errors.groups import Effect, Heap
from governance.tables import groups
from tests import make

pytestmark = pytest.mark.django_db
KEY = bytes(16)
AT = datetime(2026, 2, 2, tzinfo=UTC)
EVERY_VERB = {"park", "retry", "resolve"}


@pytest.fixture
def book():
    return groups.Book(
        ErrorTable.objects.in_bulk(), ErrorCode.objects.in_bulk(), {KEY: "<b> has no \x1b server"}
    )


def heap(*key, rows: int = 4, parked: int = 0, **given) -> Heap:
    return Heap(key, rows, parked, **given)


def effect(**given) -> Effect:
    wanted = {"companies": 2, "last_blocker": 1, "gates": 1, "anchors": 0}
    return Effect(**wanted | given, first_seen=AT, last_seen=AT, days=(0,) * 13 + (4,))


def row(one: Heap, way: str, book, *, beside=(), usable=EVERY_VERB, **given) -> groups.Row:
    return groups.row_of(one, way, book, beside=beside, effect=None, usable=usable, **given)


def test_a_cause_is_its_code_table_and_visible_message(book):
    found = row(heap(make.CT, "CT-M-NO-MX", KEY), "cause", book)

    assert (found.label, found.where) == ("CT-M-NO-MX", "company_target_errors")
    assert found.note == "<b> has no ␛ server"
    assert found.query == (
        "code=CT-M-NO-MX&disposition=PARKED&disposition=RETRY"
        f"&error_table=outreach.company_target_errors&group={KEY.hex()}"
    )


def test_a_cause_without_a_message_says_so(book):
    assert row(heap(make.CT, "X", b"\1" * 16), "cause", book).note == "no message"


def test_tries_owner_and_day_are_named(book):
    tried = row(heap(make.CT, "CT-M-NO-MX", 2), "tries", book)
    owned = row(heap("Somebody", parked=1200, rows=2000), "owner", book)
    day = row(heap(date(2026, 2, 28)), "expiry", book)
    never = row(heap(date(9000, 1, 1)), "expiry", book)

    assert tried.note == "2 of 3 tries used"
    assert (owned.label, owned.note) == ("Somebody", "1,200 parked")
    assert "expires_after=2026-02-28&expires_before=2026-03-01" in day.query
    assert (never.label, "ttl_tier=INFINITE" in never.query) == ("Never", True)


def test_the_filters_of_the_page_stay_unless_the_group_says_better(book):
    beside = [("severity", "HIGH"), ("code", "OTHER"), ("disposition", "PARKED")]

    found = row(heap(make.CT, "CT-M-NO-MX", 1), "tries", book, beside=beside)

    assert found.query == (
        "code=CT-M-NO-MX&disposition=PARKED&error_table=outreach.company_target_errors"
        "&retry_count=1&severity=HIGH"
    )


def test_what_is_closed_belongs_to_no_group():
    pairs = groups.merged([("disposition", "RESOLVED")], [("owner", "a")])

    assert pairs == [("disposition", "RETRY"), ("disposition", "PARKED"), ("owner", "a")]


@pytest.mark.parametrize(
    ("given", "used", "verb", "advice"),
    [
        ({}, 0, "retry", "3 tries left: try again"),
        ({}, 1, "retry", "2 tries left: try again"),
        ({}, 2, "park", "one try left: park"),
        ({}, 3, "park", "no try left: park"),
        ({"categories": frozenset({"STRUCTURAL"})}, 0, "park", "structural"),
        ({"parked": 4}, 0, "resolve", "all parked: resolve what is fixed"),
    ],
)
def test_the_verb_that_suits_follows_from_tries_category_and_what_is_parked(
    book, given, used, verb, advice
):
    found = row(heap(make.CT, "CT-M-NO-MX", used, **given), "tries", book)

    assert found.verb.name == verb
    assert advice in found.advice


def test_a_verb_that_the_person_may_not_use_is_advised_without_a_button(book):
    found = row(heap("Somebody"), "owner", book, usable={"retry"})

    assert (found.verb, found.advice) == (None, "park what needs a person")


def test_a_cause_is_split_where_its_tries_differ(book):
    whole = row(heap(make.CT, "CT-M-NO-MX", KEY, tries={0: 4}), "cause", book)
    split = row(heap(make.CT, "CT-M-NO-MX", KEY, tries={0: 3, 2: 1}), "cause", book)

    assert whole.parts == []
    assert [(part.label, part.rows, part.verb.name) for part in split.parts] == [
        ("0 of 3 tries used", 3, "retry"),
        ("2 of 3 tries used", 1, "park"),
    ]
    assert ["retry_count=2" in part.query for part in split.parts] == [False, True]


@pytest.mark.parametrize(
    ("given", "cleared", "note"),
    [
        ({}, "1 gate opens", "1 lose their last blocker"),
        ({"gates": 2}, "2 gates open", "1 lose their last blocker"),
        ({"anchors": 5}, "5 anchors could run again", "1 lose their last blocker, 1 gates open"),
    ],
)
def test_what_clearing_would_do_is_said_in_short(given, cleared, note):
    found = groups.Row("", "", "", 4, "", effect=effect(**given))

    assert (found.cleared, found.cleared_note) == (cleared, note)
    assert groups.Row("", "", "", 4, "").cleared == ""


def test_the_last_days_are_drawn_once_they_are_known():
    assert groups.spark_of(None) == ""
    assert "4 created in the last 14 days" in groups.spark_of(effect())


def test_what_is_not_open_says_its_share_and_what_it_would_be(book):
    cell = {
        "error_table": make.URL,
        "code": "dns_error",
        "category": "TRANSIENT",
        "disposition": "ARCHIVED",
    }

    first, second = groups.closed_rows([cell | {"total": 3}, cell | {"total": 1}], book)

    assert (first["rows"], first["table"]) == (3, "url_discovery_failures")
    assert "75.0 %" in first["bar"] and "25.0 %" in second["bar"]
    assert first["query"].startswith("category=TRANSIENT&code=dns_error&disposition=ARCHIVED")
    assert first["note"].endswith("gates nothing")
