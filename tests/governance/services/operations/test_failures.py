"""What an error of the database says: whose it is, and what is kept of it."""

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction

from governance.services.operations import failures

pytestmark = pytest.mark.django_db


def raised(state: str, message: str = "odd") -> psycopg.Error:
    """The error that the server sends for that state."""
    return cause_of(f"DO $$ BEGIN RAISE EXCEPTION '{message}' USING ERRCODE = '{state}'; END $$")


def cause_of(sql: str) -> psycopg.Error:
    with (
        pytest.raises(DatabaseError) as caught,
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql)
    return caught.value.__cause__


@pytest.mark.parametrize(
    ("state", "of_rows", "doubtful"),
    [
        ("22003", True, False),
        ("23514", True, False),
        ("54000", True, False),
        ("P0001", True, False),
        ("53100", True, True),
        ("55P03", True, True),
        ("57014", True, True),
        ("XX000", True, True),
        ("08006", False, True),
        ("40001", False, True),
        ("40P01", False, True),
        ("57P01", False, True),
    ],
)
def test_the_state_says_whether_a_row_can_be_the_cause(state, of_rows, doubtful):
    problem = raised(state)

    assert failures.is_of_rows(problem) == of_rows
    assert failures.is_doubtful(problem) == doubtful


def test_a_lost_connection_has_no_state_and_is_no_row_s():
    assert not failures.is_of_rows(psycopg.OperationalError("the connection is lost"))
    assert not failures.is_of_rows(None)


def test_a_lock_a_timeout_and_a_policy_are_told_apart():
    disallowed = "DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = '23514', CONSTRAINT = 'disposition_allowed'; END $$"

    assert failures.is_lock(raised("55P03"))
    assert failures.is_timeout(raised("57014"))
    assert failures.is_disallowed(cause_of(disallowed))
    assert not failures.is_disallowed(raised("23514"))


def test_a_reason_is_short_and_holds_nothing_of_the_statement():
    problem = cause_of("SELECT 1 / (SELECT 0) AS secret_column")

    assert failures.reason(problem) == "division by zero"
    assert len(failures.reason(raised("P0001", "x" * 5000))) == failures.LONGEST_REASON
    assert failures.reason(raised("P0001", "one\ntwo")) == "one"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            'index row size 2840 exceeds btree version 4 maximum 2704 for index "a"',
            'index row size 9 exceeds btree version 4 maximum 2704 for index "a"',
        ),
        ('invalid input syntax for type uuid: "x"', 'invalid input syntax for type uuid: "y"'),
        (
            "row 0b0e6f6e-2f2f-4f6e-9c1b-1a2b3c4d5e6f is odd",
            "row a2b3c4d5-2f2f-4f6e-9c1b-1a2b3c4d5e6f is odd",
        ),
    ],
)
def test_failures_of_one_cause_are_of_one_kind(one, other):
    assert failures.kind_of(one) == failures.kind_of(other)


def test_failures_of_different_rules_are_of_different_kinds():
    rule = 'new row for relation "e" violates check constraint "{}"'

    assert failures.kind_of(rule.format("a")) != failures.kind_of(rule.format("b"))
