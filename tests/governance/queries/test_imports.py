"""What a checked file holds: its problems, one line each, and its good rows as they will be stored."""

import io

import pytest
from django.db import connection

from governance.models import ImportFile
from governance.queries import imports
from governance.resources import errors
from tests import make
from tests.governance.services.files.uploads import checked

pytestmark = pytest.mark.django_db
LINES = (
    f"{make.DOL},NO_MATCH,fine,",
    f"{make.DOL},,code is missing,",
    "nowhere,X,two problems,many",
    f"{make.DOL},NO_STATE,fine too,2",
)


@pytest.fixture
def file() -> ImportFile:
    raw = "\n".join(["error_table,code,message,retry_count", *LINES]).encode()
    return errors.check(io.BytesIO(raw), name="x.csv", by=make.triager())


def rows(query: str, params: list, columns: list[str]) -> list[dict]:
    """What a query gives, in the order that its file has."""
    with connection.cursor() as cursor:
        cursor.execute(query, params)
        found = [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]
    return sorted(found, key=lambda row: (row["row"], row.get("column", "")))


def test_every_problem_is_a_line_of_its_own(file):
    found = rows(*imports.problem_rows(file))

    assert [(row["row"], row["column"], row["value"]) for row in found] == [
        (3, "code", ""),
        (4, "error_table", "nowhere"),
        (4, "retry_count", "many"),
    ]
    assert all(row["problem"] for row in found)


def test_good_rows_say_what_will_be_stored(file):
    found = rows(*imports.good_rows(file))

    assert [(row["row"], row["code"], row["message"], row["retry_count"]) for row in found] == [
        (2, "NO_MATCH", "fine", None),
        (5, "NO_STATE", "fine too", "2"),
    ]


def test_rows_of_other_files_are_left_out(file):
    checked(file.requester, 3, extra=f"x,{make.DOL},NO_MATCH,,\n")

    assert len(rows(*imports.good_rows(file))) == 2
    assert {row["row"] for row in rows(*imports.problem_rows(file))} == {3, 4}


@pytest.mark.parametrize(("most", "expected"), [(1, [3]), (2, [3, 4]), (9, [3, 4, 4])])
def test_the_first_problems_are_no_more_than_asked_for(file, most, expected):
    assert [number for number, _ in imports.first_problems(file, most=most)] == expected


def test_a_problem_names_column_and_value(file):
    (_, first), *_ = imports.first_problems(file, most=1)

    assert first == {"column": "code", "value": "", "problem": "It is missing."}
