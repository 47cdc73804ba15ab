"""What expressions stand for."""

import pytest

from tests.enrichment.scanner import trees

BEFORE = """
import constants as c
from enum import Enum
TABLES = {"a": "raw.a", "b": "raw.b"}
PREFIX = "raw."
NAME = PREFIX + "joined"
class Tables(Enum):
    ONE = "raw.one"
"""


@pytest.mark.parametrize(
    ("expression", "tables"),
    [
        ("NAME", ["raw.joined"]),
        ("c.TABLE", ["raw.elsewhere"]),
        ('TABLES["a"]', ["raw.a"]),
        ('TABLES[request["which"]]', ["raw.a", "raw.b"]),
        ('"raw.x" if request else "raw.y"', ["raw.x", "raw.y"]),
        ("Tables.ONE.value", ["raw.one"]),
        ('"raw.{}".format("z")', ["raw.z"]),
        ('f"{PREFIX}{request}"', ["raw.?"]),
        ('" raw.x ".strip()', ["raw.x"]),
    ],
)
def test_a_table_may_be_named_by_any_expression_that_the_code_shows(expression, tables, tmp_path):
    read = trees.read(
        tmp_path,
        constants='TABLE = "raw.elsewhere"',
        x=f"{BEFORE}\n{trees.EXPOSED}def ingest_x(request):\n    db.table({expression}).insert(1)",
    )

    [found] = read.functions
    assert found.tables == tables


def test_names_that_are_given_by_each_other_end(tmp_path):
    body = "\n".join(
        ["    a = b or c", "    b = a or c", "    c = a or b", "    db.table(a).insert(1)"]
    )

    read = trees.read(tmp_path, x=f"{trees.EXPOSED}def ingest_x(db):\n{body}")

    assert read.functions[0].writes == ()


def test_many_names_that_stand_for_many_are_read_in_time(tmp_path):
    lines = ["    a0 = 'x'"]
    lines += [f"    a{n} = a{n - 1} + a{n - 1} if z else a{n - 1}" for n in range(1, 60)]
    lines += ["    db.table(a59).insert(1)"]

    read = trees.read(tmp_path, x=f"{trees.EXPOSED}def ingest_x(z):\n" + "\n".join(lines))

    assert len(read.functions) == 1
    assert read.seconds < 15
