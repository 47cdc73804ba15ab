"""The demo of the warehouse: its tables and rows, and what 16 registered workflows did there.

Built set-based by the files in sql/; companies have the names of the backlog's. Source: seed 'Data
Cleanup TODO', whose figures are scaled to 20,000 companies; 4,858 people without a tenure are its own.
"""

from datetime import timedelta
from pathlib import Path

from django.db import connection
from django.db.backends.utils import CursorWrapper
from psycopg import sql

from enrichment.demo import registry, tables
from enrichment.services import entities
from enrichment.warehouse.catalog import SCHEMAS
from governance.demo import population
from outreach_admin.db import roles

HERE = Path(__file__).resolve().parent
LARGEST_SCALE = 50  # a million companies
BEFORE_REGISTRY = (
    "schema",
    "lookups",
    "companies",
    "people",
    "history",
)
PLAN = """CREATE TEMP TABLE demo_plan ON COMMIT DROP AS
    SELECT %s::int AS copies, CASE WHEN %s THEN now() ELSE %s END AS latest"""
OCCUPIED = """SELECT DISTINCT 'schema ' || relnamespace::regnamespace::text
    FROM pg_class
    WHERE relkind IN ('r', 'p', 'f')
        AND relnamespace IN (SELECT oid FROM pg_namespace WHERE nspname = ANY (%s))
    ORDER BY 1"""


def build(*, copies: int, shift: timedelta) -> None:
    """Fill schemas of an own, the registry and the runs with that many copies.

    Needs an open transaction of the owner. With a shift all times count from now, so that what is
    pending and running has just begun; else from the newest error of the backlog.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL maintenance_work_mem = '256MB'")
        cursor.execute("SET LOCAL work_mem = '64MB'")
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(PLAN, [copies, bool(shift), population.LATEST_ERROR])
        cursor.execute(population.statements("words"))
        for step in BEFORE_REGISTRY:
            cursor.execute(statements(step))
        registry.register(cursor)
        cursor.execute(statements("runs"))
        tables.build(cursor)
        cursor.execute(statements("keys"))
        put_runs(cursor, copies=copies)
    roles.grant_running_role()


def put_runs(cursor: CursorWrapper, *, copies: int) -> None:
    """Write the runs, a copy a statement."""
    for copy in range(copies):
        cursor.execute(statements("put_runs"), [copy])
        if copy == 0:
            # the triggers of the next ones look into what has grown
            cursor.execute("ANALYZE enrichment_run, enrichment_state, enrichment_entity")


def finish() -> None:
    """Give the planner its statistics, and take the entities over from the warehouse."""
    with connection.cursor() as cursor:
        for schema in SCHEMAS:
            cursor.execute(tables.OF_SCHEMA, [schema])
            for (table,) in cursor.fetchall():
                name = sql.Identifier(schema, table)
                cursor.execute(sql.SQL("VACUUM (ANALYZE) {}").format(name))
    entities.sync(seconds=None)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE) enrichment_entity, enrichment_seenentity")


def occupants() -> list[str]:
    """Name the schemas of a warehouse that is there already."""
    with connection.cursor() as cursor:
        cursor.execute(OCCUPIED, [list(SCHEMAS)])
        return [schema for (schema,) in cursor.fetchall()]


def figures() -> list[tuple[str, int]]:
    """Return what the warehouse amounts to, counted by query."""
    with connection.cursor() as cursor:
        cursor.execute(statements("figures"))
        return list(cursor.fetchall())


def statements(name: str) -> str:
    """Return the text of one file of sql/."""
    return (HERE / "sql" / f"{name}.sql").read_text()
