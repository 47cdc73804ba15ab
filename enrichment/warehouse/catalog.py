"""What the warehouse holds: tables, columns and keys, by its own catalog.

A name that somebody wrote into the registry reaches SQL only once the catalog has it, and then as a
quoted identifier.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from psycopg import sql

from enrichment.exceptions import TableRefused
from enrichment.warehouse import connection

# in the console's own database nothing else is the warehouse: people and tokens lie beside it
SCHEMAS = ("raw", "extracted", "core", "reference")
SECONDS = 3
# tables, partitioned ones, views, materialized views, foreign tables
KINDS = {
    "r": "table",
    "p": "table",
    "v": "view",
    "m": "view",
    "f": "foreign table",
}
# a percent sign in a name would stand in statements for a parameter: such names are left out
FOUND = """SELECT n.nspname, c.relname, c.relkind, has_table_privilege(c.oid, 'SELECT')
        AND has_schema_privilege(n.oid, 'USAGE'),
    (SELECT coalesce(json_agg(json_build_array(a.attname, format_type(a.atttypid, a.atttypmod))
            ORDER BY a.attnum), '[]')
        FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
            AND position('%%' IN a.attname) = 0),
    (SELECT coalesce(json_agg(a.attname ORDER BY k.place), '[]')
        FROM pg_index i
        CROSS JOIN unnest(i.indkey) WITH ORDINALITY k (attnum, place)
        JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.attnum
        WHERE i.indrelid = c.oid AND i.indisprimary)
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f')
    AND position('%%' IN n.nspname || c.relname) = 0
    AND n.nspname NOT IN ('information_schema', 'pg_catalog', 'pg_toast')
    AND NOT starts_with(n.nspname, 'pg_temp_') AND NOT starts_with(n.nspname, 'pg_toast_temp_')
    AND (%(everywhere)s OR n.nspname = ANY (%(schemas)s))
    AND (n.nspname || '.' || c.relname = %(name)s
        OR quote_ident(n.nspname) || '.' || quote_ident(c.relname) = %(name)s)"""
_remembered: ContextVar[dict[str, "Table | None"] | None] = ContextVar("tables", default=None)


@dataclass(frozen=True)
class Table:
    """A table, view or foreign table as the catalog has it; `columns` gives the type of each."""

    schema: str
    name: str
    kind: str
    columns: Mapping[str, str] = field(hash=False)
    primary_key: tuple[str, ...] = ()
    is_readable: bool = True

    def __str__(self) -> str:
        return f"{self.schema}.{self.name}"

    @property
    def identifier(self) -> sql.Identifier:
        """The name as SQL takes it."""
        return sql.Identifier(self.schema, self.name)

    def column(self, name: str) -> sql.Identifier:
        """Quote a column's name; TableRefused where the table has none of that name."""
        if name not in self.columns:
            raise TableRefused(
                f"{self} has no column “{shortened(name)}”.",
                what_to_do=f"It has {', '.join(self.columns)}.",
            )
        return sql.Identifier(name)


def table(name: str) -> Table | None:
    """Look up "schema.name", as it is written or as SQL quotes it; None where there is none.

    Two tables that are written alike (one has a dot in its name) are none either: quote them.
    """
    known = _remembered.get()
    if known is None:
        return _read(name)
    if name not in known:
        known[name] = _read(name)
    return known[name]


def demanded(name: str) -> Table:
    """Look up a table; TableRefused where there is none, or it may not be read."""
    found = table(name)
    if found is None:
        raise TableRefused(
            f"The warehouse has no table “{shortened(name)}”.",
            what_to_do="Write it as schema.table.",
        )
    if not found.is_readable:
        raise TableRefused(
            f"The account of the console may not read {found}.",
            what_to_do="Ask the platform team to grant USAGE on its schema and SELECT on it.",
        )
    return found


@contextmanager
def remembering() -> Iterator[None]:
    """Look up each table once for the length of a block: a request, a check."""
    token = _remembered.set({})
    try:
        yield
    finally:
        _remembered.reset(token)


def shortened(name: str) -> str:
    """Write a name so that a sentence can hold it."""
    plain = "".join(sign if sign.isprintable() else "?" for sign in str(name))
    return plain if len(plain) <= 80 else f"{plain[:79]}…"


def _read(name: str) -> Table | None:
    if not isinstance(name, str) or "\0" in name:
        return None
    asked = {
        "name": name,
        "everywhere": connection.is_apart(),
        "schemas": list(SCHEMAS),
    }
    with connection.reading(seconds=SECONDS) as cursor:
        cursor.execute(FOUND, asked)
        found = cursor.fetchall()
    return _table(*found[0]) if len(found) == 1 else None


def _table(
    schema: str,
    name: str,
    kind: str,
    readable: bool,
    columns: list[tuple[str, str]],
    key: list[str],
) -> Table:
    return Table(
        schema=schema,
        name=name,
        kind=KINDS[kind],
        columns=dict(columns),
        primary_key=tuple(key),
        is_readable=readable,
    )
