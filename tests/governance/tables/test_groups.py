"""What the groups page says of a group: words, filter, and the verb that suits it."""

from datetime import UTC, date, datetime

import pytest

from governance.models import ErrorCode, ErrorTable
from governance.queries.errors.group_effects import Effect
from governance.queries.errors.groups import Group
from governance.tables import groups
from tests import make

pytestmark = pytest.mark.django_db
KEY = b"\x01\x02"
CAUSE = (make.CT, "CT-M-NO-MX", KEY)


@pytest.fixture
def reference() -> groups.Reference:
    return groups.Reference(
        ErrorTable.objects.in_bulk(), ErrorCode.objects.in_bulk(), {KEY: "\u202eno mail"}
    )


def row(
    group: Group,
    grouping: str,
    reference: groups.Reference,
    *,
    beside=(),
    effect=None,
    usable=("park",),
):
    return groups.row_of(
        group, grouping, reference, beside=beside, effect=effect, usable=set(usable)
    )


def test_a_cause_is_its_code_table_and_message_with_what_is_unseen_made_visible(reference):
    shown = row(Group(CAUSE, 5, 0), "cause", reference)

    assert (shown.label, shown.where, shown.note) == (
        "CT-M-NO-MX",
        "company_target_errors",
        "⟨right-to-left override⟩no mail",
    )
    assert row(Group((*CAUSE[:2], b"?"), 5, 0), "cause", reference).note == "no message"


def test_the_filter_of_a_group_is_its_own_beside_that_of_the_page(reference):
    beside = [("code", "OTHER"), ("owner", "Platform team"), ("disposition", "RETRY")]

    query = row(Group(CAUSE, 5, 0), "cause", reference, beside=beside).query

    assert query == (
        "code=CT-M-NO-MX&disposition=RETRY&error_table=outreach.company_target_errors"
        "&group=0102&owner=Platform%20team"
    )


def test_a_group_holds_what_is_open_whatever_the_page_shows():
    assert groups.merged([("disposition", "RESOLVED")], [("code", "X")]) == [
        *groups.OPEN,
        ("code", "X"),
    ]


@pytest.mark.parametrize(
    ("group", "verb", "advice"),
    [
        (Group(CAUSE, 3, 3), "resolve", "all parked: resolve what is fixed"),
        (
            Group(CAUSE, 3, 0, frozenset({"STRUCTURAL"})),
            "park",
            "structural: a further try does not help",
        ),
        (Group(CAUSE, 3, 1), "retry", "a further try may help"),
    ],
)
def test_the_verb_that_suits_a_cause(group, verb, advice, reference):
    shown = row(group, "cause", reference, usable=("park", "retry", "resolve"))

    assert (shown.verb.name, shown.advice) == (verb, advice)


@pytest.mark.parametrize(
    ("used", "most", "verb", "advice"),
    [
        (3, 3, "park", "no try left: park"),
        (4, 3, "park", "no try left: park"),
        (2, 3, "park", "one try left: park"),
        (0, 1, "retry", "1 try left: try again"),
        (0, 3, "retry", "3 tries left: try again"),
    ],
)
def test_the_verb_that_suits_the_tries_left(used, most, verb, advice):
    found, why = groups.advise_by_tries(Group(CAUSE, 1, 0), used, most)

    assert (found.name, why) == (verb, advice)


def test_a_verb_the_person_may_not_use_is_not_offered(reference):
    assert row(Group(CAUSE, 3, 0), "cause", reference, usable=()).verb is None


def test_a_cause_is_split_by_tries_where_they_differ(reference):
    shown = row(Group(CAUSE, 5, 0, tries={0: 3, 1: 2}), "cause", reference)

    assert [(part.label, part.rows) for part in shown.parts] == [
        ("0 of 3 tries used", 3),
        ("1 of 3 tries used", 2),
    ]
    assert "retry_count=1" in shown.parts[1].query
    assert row(Group(CAUSE, 5, 0, tries={0: 5}), "cause", reference).parts == []


@pytest.mark.parametrize(
    ("day", "label", "filtered"),
    [
        (date(2026, 2, 28), "2026-02-28", "expires_after=2026-02-28&expires_before=2026-03-01"),
        (date(9000, 1, 1), "Never", "ttl_tier=INFINITE"),
        (date(9500, 1, 1), "9500-01-01", "expires_after=9500-01-01&expires_before=9500-01-02"),
        (date(9999, 12, 31), "9999-12-31", "expires_after=9999-12-31"),
    ],
)
def test_a_day_of_expiry_is_a_filter_from_that_day_to_the_next(day, label, filtered, reference):
    shown = row(Group((day,), 5, 1_000), "expiry", reference)

    assert (shown.label, shown.note) == (label, "1,000 parked")
    assert filtered in shown.query


@pytest.mark.parametrize(
    ("gates", "anchors", "cleared", "note"),
    [
        (1, 0, "1 gate opens", "2 lose their last blocker"),
        (1_200, 0, "1,200 gates open", "2 lose their last blocker"),
        (0, 7, "7 anchors could run again", "2 lose their last blocker, 0 gates open"),
    ],
)
def test_what_clearing_a_group_would_do(gates, anchors, cleared, note, reference):
    at = datetime(2026, 2, 1, tzinfo=UTC)
    effect = Effect(3, 2, gates, anchors, at, at, (0,) * 13 + (4,))

    shown = row(Group(CAUSE, 4, 0), "cause", reference, effect=effect)

    assert (shown.cleared, shown.cleared_note) == (cleared, note)
    assert "4 created in the last 14 days" in shown.spark


def test_what_is_not_open_is_listed_with_its_share_and_what_it_would_be(reference):
    cell = {"error_table": make.CT, "code": "CT-M-NO-MX", "category": "OPERATIONAL"}
    cells = [
        cell | {"disposition": "RESOLVED", "total": 3},
        cell | {"disposition": "IGNORE", "total": 1},
    ]

    first, second = groups.closed_rows(cells, reference)

    assert (first["rows"], second["rows"]) == (3, 1)
    assert "75" in str(first["bar"]) and "25" in str(second["bar"])
    assert first["note"] == "3 tries, HUB-COMPANY-TARGET, blocks promotion"
    assert "disposition=RESOLVED" in first["query"]
