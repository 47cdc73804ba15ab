"""A rule says the same as SQL and in Python."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection

from outreach_admin.db import jsonfields, rules
from outreach_admin.db.moments import Beyond

pytestmark = pytest.mark.django_db
DOCUMENTS = rules.Documents(100)


def nested(levels: int, *, inner: Any = None) -> Any:
    found = inner
    for _ in range(levels):
        found = {"a": found}
    return found


def in_sql(rule: rules.Rule, value: Any, kind: str) -> bool:
    given = jsonfields.write(value) if kind == "jsonb" else value
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {rule.sql.format('v')} FROM (SELECT %s::{kind}) x (v)", [given])
        return bool(cursor.fetchone()[0])


@pytest.mark.parametrize(
    ("rule", "kind", "value", "came"),
    [
        (rules.Letters(3), "text", "abc", ""),
        (rules.Letters(3), "text", "äöü", ""),
        (rules.Letters(3), "text", "abcd", "4"),
        (rules.Moments(), "timestamptz", datetime(1900, 1, 1, tzinfo=UTC), ""),
        (rules.Moments(), "timestamptz", datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC), ""),
        (
            rules.Moments(),
            "timestamptz",
            datetime(1899, 12, 31, tzinfo=UTC),
            "1899-12-31 00:00:00+00:00",
        ),
        (rules.Moments(), "timestamptz", Beyond.of("infinity", UTC), "infinity"),
        (rules.Moments(), "timestamptz", Beyond.of("-infinity", UTC), "-infinity"),
        (
            rules.Moments(),
            "timestamptz",
            Beyond.of("10000-01-01 00:00:00+00", UTC),
            "10000-01-01 00:00:00+00",
        ),
        (rules.Days(), "date", date(9999, 12, 31), ""),
        (rules.Days(), "date", date(1899, 12, 31), "1899-12-31"),
        (rules.Spans(), "interval", timedelta(days=36_600), ""),
        (rules.Spans(), "interval", timedelta(days=36_601), "36,601 days"),
        (rules.Finite(), "numeric", Decimal("1.5"), ""),
        (rules.Finite(), "numeric", Decimal("NaN"), "NaN"),
        (rules.Finite(), "float8", float("inf"), "inf"),
        (rules.Bytes(2), "bytea", b"ab", ""),
        (rules.Bytes(2), "bytea", b"abc", "3"),
        (rules.Lists(4), "text[]", ["ab", "cd"], ""),
        (rules.Lists(4), "text[]", ["ab", "cde"], "5"),
        (DOCUMENTS, "jsonb", {"a": [1]}, ""),
        (DOCUMENTS, "jsonb", [1], "something else"),
        (DOCUMENTS, "jsonb", "a", "something else"),
        (DOCUMENTS, "jsonb", {"a": "x" * 91}, ""),
        (DOCUMENTS, "jsonb", {"a": "x" * 92}, "101 bytes"),
        (DOCUMENTS, "jsonb", {"a": Decimal("1E+100")}, "108 bytes"),
        (rules.Documents(999, "array"), "jsonb", [1], ""),
        (rules.Documents(999, "array"), "jsonb", {}, "something else"),
        (rules.Documents(999), "jsonb", nested(32), ""),
        (rules.Documents(999), "jsonb", nested(31, inner=[]), ""),
        (rules.Documents(999), "jsonb", nested(32, inner=[]), "33 levels"),
        (rules.Documents(999), "jsonb", nested(33), "33 levels"),
    ],
)
def test_a_rule_counts_in_python_as_in_sql(rule, kind, value, came):
    assert rule.came(value) == came
    assert in_sql(rule, value, kind) is (came == "")


@pytest.mark.parametrize("sent", ["ARRAY[NULL]::text[]", "ARRAY[ARRAY['a']]"])
def test_a_list_is_flat_and_knows_its_texts(sent):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {rules.Lists(9).sql.format('v')} FROM (SELECT {sent}) x (v)")

        assert cursor.fetchone() == (False,)


def test_a_refusal_says_limit_and_what_came():
    assert (
        rules.Letters(255).refusal("x" * 12_000) == "It takes at most 255 characters, not 12,000."
    )
    assert rules.Letters(255).refusal("x") == ""
