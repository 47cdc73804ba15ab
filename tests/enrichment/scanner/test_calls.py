"""What calls lead to."""

import pytest

from tests.enrichment.scanner import trees

HELPERS = """
SCHEMA = "raw"
def write(db, table, rows, schema=SCHEMA):
    db.schema(schema).from_(table).insert(rows)
def table_of(name):
    return f"raw.{name}"
def layer(db, name):
    return db.schema(name)
class Base:
    def keep(self, table, key):
        self.db.table(table).upsert(1, on_conflict=key)
class Store(Base):
    pass
"""


@pytest.mark.parametrize(
    ("body", "tables"),
    [
        ('write(db, "x", 1)', ["raw.x"]),
        ('write(db, "x", 1, schema="core")', ["core.x"]),
        ('write(db, rows=1, table="x")', ["raw.x"]),
        ('db.table(table_of("x")).insert(1)', ["raw.x"]),
        ('layer(db, "core").table("x").insert(1)', ["core.x"]),
        ('write(layer(db, "core"), "x", 1, schema="core")', ["core.x"]),
        ('Store(db).keep("core.x", "domain")', ["core.x"]),
        ('store = Store(db)\nstore.keep("core.x", "domain")', ["core.x"]),
        ("write(db, request['table'], 1)", ["raw.?"]),
    ],
)
def test_a_helper_writes_what_it_is_given(body, tables, tmp_path):
    read = trees.read(
        tmp_path,
        helpers=HELPERS,
        x=f"from helpers import *\n{trees.EXPOSED}def ingest_x(request):\n    "
        + body.replace("\n", "\n    "),
    )

    assert read.functions[0].tables == tables


def test_a_helper_is_named_beside_what_is_written_through_it(tmp_path):
    read = trees.read(
        tmp_path,
        helpers=HELPERS,
        x=f'import helpers\n{trees.EXPOSED}def ingest_x(db):\n    helpers.write(db, "x", 1)',
    )

    assert [one.via for one in read.functions[0].writes] == ["helpers.write()"]
