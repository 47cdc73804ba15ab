"""Facts of a wrong kind, in words; what can be written of any value."""

from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import uuid4

import pytest

from governance.toolbox import facts
from governance.toolbox.entries import FactKind

KINDS = {
    "truth": FactKind.TRUTH,
    "score": FactKind.NUMBER,
    "tries": FactKind.ATTEMPTS,
    "zone": FactKind.ZONE,
    "word": FactKind.TEXT,
}
NAIVE = datetime(2026, 2, 2, 12)  # noqa: DTZ001 - what is refused


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("truth", True),
        ("truth", False),
        ("truth", None),
        ("score", -1.5),
        ("score", Decimal("80.0")),
        ("tries", 0),
        ("tries", 2.0),
        ("tries", Decimal("1E+999999")),
        ("zone", "Europe/Berlin"),
        ("zone", "Etc/GMT+5"),
        ("word", ""),
        ("human_approval", 1),
        ("anything", [1, {"a": "b", "at": datetime(2026, 2, 2, tzinfo=UTC)}, uuid4()]),
        ("seen_at", "2026-02-02T12:00:00+01:00"),
        ("seen_at", "2026-02-02T12:00:00Z"),
        ("seen_at", datetime(2026, 2, 2, tzinfo=UTC)),
        ("day", date(2026, 2, 2)),
    ],
)
def test_a_fact_of_its_kind_is_taken(name, value):
    assert facts.unsound(name, value, KINDS) == ""


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("truth", 1, "must be true or false, not 1"),
        ("truth", 0.0, "must be true or false, not 0.0"),
        ("score", "80", "must be a number, not “80”"),
        ("score", True, "must be a number, not true"),
        ("score", float("nan"), "must be a number, not nan"),
        ("score", Decimal("sNaN"), "must be a number, not sNaN"),
        ("tries", 1.5, "must be a whole number from 0, not 1.5"),
        ("tries", -1, "must be a whole number from 0, not -1"),
        ("zone", "europe/berlin", "is no time zone that is known: “europe/berlin”"),
        ("zone", "localtime", "is no time zone that is known: “localtime”"),
        ("zone", "", "is no time zone that is known: “”"),
        ("zone", 2, "must be the name of a time zone, not 2"),
        ("word", b"x", "must be a text, not bytes"),
        ("seen_at", NAIVE, "has no time zone: 2026-02-02T12:00:00"),
        ("seen_at", "2026-02-02 12:00", "has no time zone: “2026-02-02 12:00”"),
        ("seen_at", 1770000000, "must be a moment, not 1770000000"),
        ("anything", NAIVE, "has no time zone: 2026-02-02T12:00:00"),
        ("anything", [[float("-inf")]], "holds -inf, which is no value of JSON"),
        ("anything", {"a": {1: 2}}, "holds a name that is no text"),
        (
            "anything",
            object(),
            "holds something that JSON has no form for, which is no value of JSON",
        ),
        (5, True, "has no text as its name"),
    ],
)
def test_a_fact_of_another_kind_is_refused_in_words(name, value, said):
    assert facts.unsound(name, value, KINDS) == said


def test_what_is_shown_is_short_and_can_be_seen():
    assert facts.shown("a" * 1000) == f"“{'a' * 38} …”"
    assert facts.shown("a\u202eb\ud800") == "“a\ufffdb\ufffd”"
    assert facts.shown(10**5000) == "a number too long to write"
    assert facts.shown({}) == "an object"
