"""What the groups page says of a group: words, filter, and the verb that suits it."""

from datetime import UTC, date, datetime, timedelta

import pytest

from governance.models import ErrorCode, ErrorTable
from governance.queries.errors.effects import Effect
from governance.queries.errors.groups import Group
from governance.tables import groups
from tests import make

pytestmark = pytest.mark.django_db
KEY = b"\x01\x02"
CAUSE = (make.CT, "CT-M-NO-MX", KEY)
AT = datetime(2026, 2, 1, tzinfo=UTC)


def effect_with(**given) -> Effect:
    days = (0,) * 13 + (4,)
    wanted = {"companies": 3, "last_blocker": 2, "gates": 0, "anchors": 0}
    return Effect(**wanted | given, first_seen=AT, last_seen=AT, days=days)


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
        group, grouping, reference, beside=beside, effect=effect, usable=set(usable), at=AT
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


def test_a_verb_the_person_may_not_use_is_not_offered(reference):
    group = Group(CAUSE, 3, 0, tries={3: 3})
    shown = row(group, "cause", reference, effect=effect_with(), usable=())

    assert (shown.verb, shown.advice) == (None, "no try left: park")


def test_what_is_queued_at_the_moment_of_the_page_is_not_tried_again(reference):
    group = Group(CAUSE, 5, 0, tries={0: 3, 1: 2})
    effect = effect_with(queued={0: AT + timedelta(minutes=1), 1: AT})

    shown = row(group, "cause", reference, effect=effect, usable=("retry",))

    assert [part.verb and part.verb.name for part in shown.parts] == [None, "retry"]


@pytest.mark.parametrize(
    ("grouping", "key", "spoken"),
    [
        ("cause", CAUSE, "1,200 errors with CT-M-NO-MX: ⟨right-to-left override⟩no mail"),
        ("tries", (*CAUSE[:2], 1), "1,200 errors with CT-M-NO-MX, 1 of 3 tries used"),
        ("owner", ("Hub team",), "1,200 errors of Hub team"),
        ("expiry", (date(2026, 2, 28),), "1,200 errors that expire: 2026-02-28"),
    ],
)
def test_a_button_says_to_readers_what_it_acts_on(grouping, key, spoken, reference):
    assert row(Group(key, 1_200, 0), grouping, reference).spoken == spoken


def test_the_button_of_a_part_names_code_and_tries(reference):
    shown = row(Group(CAUSE, 5, 0, tries={0: 1, 1: 4}), "cause", reference)

    assert [part.spoken for part in shown.parts] == [
        "1 error with CT-M-NO-MX, 0 of 3 tries used",
        "4 errors with CT-M-NO-MX, 1 of 3 tries used",
    ]


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
    ("given", "cleared", "note"),
    [
        ({"gates": 1}, "1 gate opens", "2 lose their last blocker"),
        ({"gates": 1_200}, "1,200 gates open", "2 lose their last blocker"),
        (
            {"missing": (0, 2, 0)},
            "0 gates open",
            "2 lose their last blocker, but DOL is not done",
        ),
        (
            {"gates": 1, "missing": (1, 0, 0)},
            "1 gate opens",
            "2 lose their last blocker, but company target is not done at 1",
        ),
        (
            {"missing": (0, 1, 1)},
            "0 gates open",
            "2 lose their last blocker, but DOL is not done at 1, people at 1",
        ),
        ({}, "0 gates open", "2 lose their last blocker, which kept no gate shut"),
        (
            {"last_blocker": 1, "anchors": 1, "missing": (1, 0, 0)},
            "1 anchor could run again",
            "1 loses its last blocker, but company target is not done",
        ),
        (
            {"gates": 1, "anchors": 7, "missing": (1, 0, 0)},
            "7 anchors could run again",
            "2 lose their last blocker, but company target is not done at 1; 1 gate opens",
        ),
    ],
)
def test_what_clearing_a_group_would_do(given, cleared, note, reference):
    shown = row(Group(CAUSE, 4, 0), "cause", reference, effect=effect_with(**given))

    assert (shown.cleared, shown.cleared_note) == (cleared, note)


def test_days_are_drawn_in_a_scale_of_their_own_and_the_busiest_is_told(reference):
    shown = row(Group(CAUSE, 4, 0), "cause", reference, effect=effect_with())

    assert shown.most == 4
    assert "4 created in the last 14 days, 4 on the busiest" in shown.spark


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
