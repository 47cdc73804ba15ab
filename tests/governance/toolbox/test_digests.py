"""The digest of a call: the same for the same meaning, another for every other."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.reference.sync import TOOLBOX
from governance.toolbox import digests, reading

CANON = reading.read(Path(TOOLBOX).read_text())
TOOL = CANON.tools["TOOL-011"]
FACTS = {"bit_score": 80, "contact_verified": True, "contact_timezone": "America/Chicago"}
NOON = datetime(2026, 2, 2, 12, tzinfo=UTC)


def digest(facts=FACTS, tool=TOOL, hub="HUB-OUTREACH", entity="a", version=2) -> str:
    return digests.digest(tool, hub, entity, digests.facts_of(facts), version)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"bit_score": 80}, {"bit_score": 80.0}),
        ({"bit_score": 80}, {"bit_score": Decimal("80.00")}),
        ({"bit_score": 0}, {"bit_score": -0.0}),
        ({"bit_score": 0.1}, {"bit_score": Decimal("0.10")}),
        ({"bit_score": 10**60}, {"bit_score": Decimal("1E60")}),
        ({"a": 1, "b": {"x": 1, "y": [1.0]}}, {"b": {"y": (1,), "x": 1}, "a": 1}),
        ({"a": 1, "b": None}, {"a": 1}),
        ({"a": 1}, {"a": 1, "human_approval": True}),
        ({"checked_at": NOON}, {"checked_at": "2026-02-02T12:00:00Z"}),
        (
            {"checked_at": NOON},
            {"checked_at": NOON.astimezone(timezone(timedelta(hours=-6))).isoformat()},
        ),
        ({"a": UUID(int=1)}, {"a": str(UUID(int=1))}),
        ({"a": date(2026, 2, 2)}, {"a": "2026-02-02"}),
    ],
)
def test_what_means_the_same_is_the_same(one, other):
    assert digests.facts_of(one) == digests.facts_of(other)


@pytest.mark.parametrize(
    "changed",
    [
        {"bit_score": 81},
        {"bit_score": 80.0000001},
        {"bit_score": "80"},
        {"contact_verified": 1},
        {"contact_verified": "true"},
        {"contact_verified": False},
        {"contact_timezone": "America/Denver"},
        {"vendor": "Acme"},
        {"bit_score": None},
    ],
)
def test_a_fact_whose_meaning_changed_is_another_call(changed):
    assert digest(FACTS | changed) != digest()


def test_tool_hub_entity_version_and_price_belong_to_it():
    text = Path(TOOLBOX).read_text().replace("0.07 USD a minute", "0.08 USD a minute")
    dearer = reading.read(text).tools["TOOL-011"]

    found = {
        digest(),
        digest(tool=CANON.tools["TOOL-010"]),
        digest(hub="HUB-PEOPLE"),
        digest(entity="b"),
        digest(version=3),
        digest(tool=dearer),
    }

    assert len(found) == 6


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("0B54A5B0-7D2C-4E0B-9C6E-3A6F5B7C8D9E", "0b54a5b0-7d2c-4e0b-9c6e-3a6f5b7c8d9e"),
        ("Acme.Example.", "acme.example"),
        (" acme.example\u200b", "acme.example"),
        ("Bücher.example", "xn--bcher-kva.example"),
        ("Ann@Acme.Example", "ann@acme.example"),
        ("Acme", "Acme"),
        ("https://people.example/in/Ann", "https://people.example/in/Ann"),
        ("x" * 36, "x" * 36),
        ("a..B", "a..B"),
        (" \u200b", ""),
    ],
)
def test_an_entity_is_told_apart_however_it_is_written(written, told):
    assert digests.entity_of(written) == told
    assert digest(entity=written) == digest(entity=told)


@pytest.mark.parametrize(
    "facts",
    [
        {"a": object()},
        {"a": {1: 2}},
        {"a": float("nan")},
        {"a": Decimal("Infinity")},
        {"a": b"x"},
        {"seen_at": datetime.max.replace(tzinfo=timezone(timedelta(hours=-1)))},
    ],
)
def test_what_json_has_no_form_for_is_not_written(facts):
    with pytest.raises(digests.Unwritten):
        digests.facts_of(facts)


def test_what_lies_too_deep_is_not_written():
    deep: list = []
    for _ in range(200_000):
        deep = [deep]

    with pytest.raises(digests.Unwritten):
        digests.facts_of({"a": deep})


@pytest.mark.parametrize("text", ["\0", "\ud800", "é\n\"'", "\u2028" * 50])
def test_any_text_is_written_in_ascii_on_one_line(text):
    written = digests.facts_of({text or "a": text})

    assert written.isascii() and written.isprintable()


@pytest.mark.parametrize("power", [4_000, 5_000])
def test_a_number_of_any_length_is_written(power):
    whole = digests.facts_of({"a": 10**power + 1})

    assert whole == digests.facts_of({"a": Decimal(10**power + 1)})
    assert digests.facts_of({"a": 5e-324}) != digests.facts_of({"a": 0})


@given(st.decimals(allow_nan=False, allow_infinity=False))
def test_a_number_is_told_apart_by_its_value_alone(number):
    written = digests.facts_of({"a": number})

    assert Decimal(written[5:-1]) == number
    assert written == digests.facts_of({"a": Decimal(written[5:-1])})
