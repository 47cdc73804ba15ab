"""Facts as they are kept: whatever it is becomes JSON of a size that a row can hold."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID

import pytest

from governance.services.canon import facts


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        (True, True),
        (None, None),
        (80, 80),
        (80.5, 80.5),
        ("acme.example", "acme.example"),
        ("a\0b\ud800", "a\ufffdb\ufffd"),
        (Decimal("80.0"), "80.0"),
        (datetime(2026, 2, 2, tzinfo=UTC), "2026-02-02 00:00:00+00:00"),
        (UUID(int=1), "00000000-0000-0000-0000-000000000001"),
        (10**5000, "a number too long to write"),
        (float("nan"), "nan"),
        (b"x", "bytes"),
        ({"a": [1, (2,)]}, {"a": [1, [2]]}),
    ],
    ids=range(13),
)
def test_a_fact_is_kept_in_a_form_that_json_has(told, kept):
    assert json.loads(facts.kept({"fact": told})) == {"fact": kept}


def test_long_texts_are_cut_and_names_are_texts():
    kept = json.loads(facts.kept({"long": "x" * 10_000, 1: "one", "n" * 999: 1}))

    assert len(kept["long"]) == facts.MOST_LETTERS
    assert kept["1"] == "one" and max(map(len, kept)) == facts.MOST_NAME


def test_what_lies_too_deep_is_named():
    deep: object = 1
    for _ in range(50):
        deep = [deep]

    assert "a list" in facts.kept({"deep": deep})


def test_what_is_too_much_is_left_out():
    assert json.loads(facts.kept({"short": 1, "many": ["x" * 400] * 100})) == {"short": 1}
    assert "too long" in facts.kept({f"fact {n}": "x" * 100 for n in range(1000)})
