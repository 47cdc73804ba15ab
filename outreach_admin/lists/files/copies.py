"""Rows as COPY writes them: chosen columns in order, text safe in a spreadsheet, in blocks of whole lines."""

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.backends.utils import CursorWrapper
from psycopg import ClientCursor, sql
from psycopg.postgres import types

BLOCK_BYTES = 64 * 1024
# what cannot begin with the sign of a formula in the form COPY writes it, or is a number
HARMLESS = frozenset(
    types[name].oid
    for name in (
        "int2",
        "int4",
        "int8",
        "float4",
        "float8",
        "numeric",
        "uuid",
        "date",
        "time",
        "timestamp",
        "timestamptz",
        "bytea",
    )
)
# true and false are read by more programs than the t and f of COPY
BOOLEAN = types["bool"].oid
# blocks of whole lines; returns how many rows the server says it sent
Blocks = Generator[bytes, None, int]


@dataclass(frozen=True)
class Rows:
    """What to export: a SELECT with its parameters, the names of its columns, those to order by (minus: descending), moments as in `Label`.

    `beside` names the columns after them that only the order needs.
    """

    query: str
    params: Sequence[Any]
    columns: Sequence[str]
    order: Sequence[str] = ()
    beside: Sequence[str] = ()
    moments: Mapping[str, datetime] = field(default_factory=dict)


def bound(cursor: CursorWrapper, wanted: Rows) -> sql.Composed:
    """Bind the parameters on this side, because COPY takes none, and name the columns."""
    query = ClientCursor(cursor.connection).mogrify(wanted.query, wanted.params)
    names = (*wanted.columns, *wanted.beside)
    return sql.SQL("({}) AS q ({})").format(sql.SQL(query), _listed(names))


def ordered(wanted: Rows, source: sql.Composed) -> sql.Composed:
    """Give the columns that go out, in order; what reads them from here on keeps it."""
    return sql.SQL("(SELECT {} FROM {}{}) AS q").format(
        _listed(wanted.columns), source, _order(wanted)
    )


def _listed(names: Sequence[str]) -> sql.Composed:
    return sql.SQL(", ").join(map(sql.Identifier, names))


def _order(wanted: Rows) -> sql.Composable:
    """Order outside the query, so that counting need not."""
    if not wanted.order:
        return sql.SQL("")
    terms = [
        sql.SQL("q.{}{}").format(
            sql.Identifier(name.removeprefix("-")), sql.SQL(" DESC" if name.startswith("-") else "")
        )
        for name in wanted.order
    ]
    return sql.SQL(" ORDER BY {}").format(sql.SQL(", ").join(terms))


def types_of(cursor: CursorWrapper, source: sql.Composed) -> list[tuple[str, int]]:
    """Ask the database for the names and types of columns."""
    cursor.execute(sql.SQL("SELECT * FROM {} LIMIT 0").format(source))
    return [(column.name, column.type_code) for column in cursor.description]


def _cell(name: str, oid: int) -> sql.Composable:
    if oid == BOOLEAN:
        return sql.SQL("{0}::text AS {0}").format(sql.Identifier(name))
    if oid in HARMLESS:
        return sql.Identifier(name)
    return sql.SQL("governance.spreadsheet_safe({0}::text) AS {0}").format(sql.Identifier(name))


def table(cursor: CursorWrapper, source: sql.Composed) -> Blocks:
    """Write a header line and the rows as CSV, safe to open in a spreadsheet; no value is not "", which is an empty text."""
    cells = sql.SQL(", ").join(_cell(name, oid) for name, oid in types_of(cursor, source))
    return copied(
        cursor,
        sql.SQL("COPY (SELECT {} FROM {}) TO STDOUT (FORMAT csv, HEADER)").format(cells, source),
    )


def copied(cursor: CursorWrapper, statement: sql.Composed) -> Blocks:
    """Run a COPY and give what it sends in blocks of whole lines."""
    held: list[bytes] = []
    size = 0
    with cursor.copy(statement) as copy:
        for line in copy:
            held.append(bytes(line))
            size += len(line)
            if size >= BLOCK_BYTES:
                yield b"".join(held)
                held, size = [], 0
    yield b"".join(held)
    return int(cursor.rowcount)
