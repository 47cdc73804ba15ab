"""Errors in bodies: the columns and sentences of files, each value as JSON has it."""

import io
from typing import Any

import pytest

from governance.resources import errorbodies, errors
from tests import make

pytestmark = pytest.mark.django_db

GOOD = {"error_table": make.DOL, "code": "NO_MATCH"}
ODD = {
    "error_id": "x",
    "error_table": "outreach.none",
    "domain": "no domain",
    "severity": "high",
    "blocks": "perhaps",
    "retry_count": "-1",
    "created_at": "2026-02-02 13:00",
    "details": "[]",
    "disposition": "PARKED",
}


def read(**given: Any):
    (row,) = errorbodies.read([GOOD | given], by=make.triager())
    return row


def problems_of_a_file(row: dict[str, str]) -> dict[str, str]:
    quoted = [f'"{text}"' for text in row.values()]
    text = f"{','.join(row)}\n{','.join(quoted)}\n"
    file = errors.check(io.BytesIO(text.encode()), name="x.csv", by=make.triager())
    return {one["column"]: one["problem"] for one in file.staged.get().problems}


def test_a_body_is_refused_in_the_words_of_a_file():
    assert dict(read(**ODD).problems) == problems_of_a_file(GOOD | ODD)


@pytest.mark.parametrize(
    ("column", "value", "kept"),
    [
        ("retry_count", 3, 3),
        ("retry_count", "3", 3),
        ("blocks", False, False),
        ("blocks", "no", False),
        ("details", {"a": [1.5]}, {"a": [1.5]}),
        ("details", '{"a": 1}', {"a": 1}),
        ("message", "'=1+1", "'=1+1"),
        ("message", " as it is ", " as it is "),
        ("stage", " tidy ", "tidy"),
        ("error_id", "6F1D2C3B0A4E4B579C1D2E3F4A5B6C7D", None),
        ("owner", None, None),
        ("owner", "", None),
    ],
)
def test_values_are_read_as_json_has_them(column, value, kept):
    row = read(**{column: value})

    assert not row.problems
    assert row.data.get(column) == kept


@pytest.mark.parametrize(
    ("column", "value", "sentence"),
    [
        ("retry_count", True, "It is not a whole number."),
        ("retry_count", 1.0, "It is not a whole number."),
        ("retry_count", 2**31, "It is not a whole number between 0 and 2,147,483,647."),
        ("blocks", 1, "It is not true or false."),
        ("message", 5, "It is not a text."),
        ("details", [], "It is not a JSON object."),
        ("error_table", ["x"], "It is not a text."),
        ("colour", "red", "There is no such column."),
    ],
)
def test_values_of_another_kind_are_refused(column, value, sentence):
    assert read(**{column: value}).problems == [(column, sentence)]


def test_details_that_lie_too_deep_are_refused_however_deep():
    for levels in (40, 2_000):
        deep: dict[str, Any] = {}
        for _ in range(levels):
            deep = {"a": deep}

        ((column, sentence),) = read(details=deep).problems

        assert column == "details" and f"{levels + 1:,} levels" in sentence


def test_a_row_is_linked_to_its_company_and_keeps_what_its_domain_was():
    company = make.outreach(domain="example.com")

    row = read(domain="https://www.Example.com/path")

    assert row.data["outreach_id"] == str(company.pk)
    assert row.data["details"]["given_domain"] == "https://www.Example.com/path"
    assert "outreach_id" not in row.read


def test_what_follows_from_the_rest_is_filled_in_and_not_taken_for_given():
    row = read(disposition="PARKED", park_reason="X")

    assert row.data["parked_by"] and row.data["parked_at"]
    assert "parked_by" not in row.read


def test_what_is_no_object_is_refused():
    rows = errorbodies.read([None, 5, "x", []], by=make.triager())

    assert {tuple(row.problems) for row in rows} == {(("", errorbodies.NO_OBJECT),)}
