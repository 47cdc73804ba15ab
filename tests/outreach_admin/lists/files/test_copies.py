"""Rows as COPY writes them."""

import pytest
from django.db import connection

from outreach_admin.lists.files import copies

pytestmark = pytest.mark.django_db


def table(rows: copies.Rows) -> str:
    with connection.cursor() as cursor:
        source = copies.bound(cursor, rows)
        return b"".join(copies.table(cursor, copies.ordered(rows, source))).decode()


def test_a_column_that_only_the_order_needs_stays_out():
    rows = copies.Rows(
        "SELECT * FROM (VALUES ('a', 1), ('b', 3), ('c', 2)) AS v",
        [],
        ["letter"],
        order=["-rank"],
        beside=["rank"],
    )

    assert table(rows) == "letter\nb\nc\na\n"


def test_parameters_are_bound_before_the_copy():
    rows = copies.Rows("SELECT %s::text, %s::int", ['it\'s; "x"', 7], ["text", "number"])

    assert table(rows) == 'text,number\n"it\'s; ""x""",7\n'


def test_no_value_is_nothing_and_an_empty_text_is_quoted():
    rows = copies.Rows("SELECT NULL::text, ''::text, true", [], ["none", "empty", "flag"])

    assert table(rows) == 'none,empty,flag\n,"",true\n'


def test_blocks_hold_whole_lines_and_the_server_says_how_many_rows():
    rows = copies.Rows("SELECT repeat('x', 1000) FROM generate_series(1, 200)", [], ["text"])
    blocks = []

    with connection.cursor() as cursor:
        sent = copies.table(cursor, copies.ordered(rows, copies.bound(cursor, rows)))
        while True:
            try:
                blocks.append(next(sent))
            except StopIteration as end:
                told = end.value
                break

    assert told == 200
    assert len(blocks) > 2
    assert all(block.endswith(b"\n") for block in blocks if block)
