"""Rows on their way out: straight from PostgreSQL's COPY, of one moment, in constant memory."""

import json
import re
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from django.db.backends.utils import CursorWrapper
from psycopg import ClientCursor, sql
from psycopg.postgres import types

from outreach_admin.db.connections import apart
from outreach_admin.exceptions import ExportRefused

BLOCK_BYTES = 64 * 1024
SEATS = 3
# the class of advisory locks that stand for seats
SEAT = 5_318_010
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
BOM = "\ufeff"
ALL_ROWS = "none, all rows"
# how a value comes into a sheet; 25569 days lie between Excel's first day and 1970
SHEET_CELLS = {
    "plain": sql.SQL("q.{}"),
    "moment": sql.SQL("round(extract(epoch FROM q.{}) / 86400 + 25569, 9)"),
    "text": sql.SQL("q.{}::text"),
}
# rows as JSON hold no control characters, so these two never stand in them and COPY neither quotes nor escapes
RAW_LINES = "FORMAT csv, QUOTE E'\\x01', DELIMITER E'\\x02'"


@dataclass(frozen=True)
class Label:
    """What an export says of itself: its subject, its filter as canonical text (empty: all rows).

    `moments` maps what the filter counts from now to the moments that it means here.
    """

    subject: str
    filter: str = ""
    moments: Mapping[str, datetime] = field(default_factory=dict)

    @property
    def meant(self) -> str:
        """Say which moments are meant; empty where the filter names none that move."""
        return ", ".join(f"{text} is {iso(moment)}" for text, moment in self.moments.items())


@dataclass(frozen=True)
class Stream:
    """An export that has begun: how many rows it will have, of which moment, and its bytes."""

    label: Label
    format: str
    rows: int
    as_of: datetime
    blocks: Iterator[bytes]
    moments: frozenset[int] = frozenset()

    @property
    def filename(self) -> str:
        """Name the file by subject, filter, moment and count."""
        chosen = re.sub(r"[^A-Za-z0-9._=-]+", "_", self.label.filter)[:80]
        parts = (self.label.subject, chosen, f"{self.as_of:%Y-%m-%dT%H%M%SZ}", f"{self.rows}-rows")
        return f"{'_'.join(part for part in parts if part)}.{self.format}"

    @property
    def headers(self) -> dict[str, str]:
        """Say filter, moment and count in HTTP headers."""
        stated = {
            "X-Export-Filter": self.label.filter,
            "X-Export-As-Of": iso(self.as_of),
            "X-Export-Rows": str(self.rows),
        }
        return stated | ({"X-Export-Moments": self.label.meant} if self.label.moments else {})


@dataclass(frozen=True)
class Rows:
    """What to export: a SELECT with its parameters, the names of its columns, those to order by (minus: descending), moments as in `Label`."""

    query: str
    params: Sequence[Any]
    columns: Sequence[str]
    order: Sequence[str] = ()
    moments: Mapping[str, datetime] = field(default_factory=dict)


def stream_csv(
    query: str,
    params: Sequence[Any],
    columns: Sequence[str],
    *,
    label: Label,
    order: Sequence[str] = (),
    comments: bool = True,
    reader: int | None = None,
) -> Stream:
    """Begin a CSV of what `query` selects; `columns` is its header line, `order` some of them (minus: descending).

    Text that a spreadsheet would run gets a leading apostrophe. With `comments` the file begins
    with a byte order mark and lines that state filter, moment and count, and ends with a line that
    states the count again, so that a torn file shows; without, it is the bare table.
    Counts first; whatever is wrong with the query is raised here, before a byte is sent, and ExportRefused for
    a fourth download of the same `reader` at a time.
    """
    return _begin(
        _csv_blocks(
            Rows(query, params, columns, order), label=label, comments=comments, reader=reader
        ),
        label,
        "csv",
    )


def stream_json(
    query: str,
    params: Sequence[Any],
    columns: Sequence[str],
    *,
    label: Label,
    order: Sequence[str] = (),
    reader: int | None = None,
) -> Stream:
    """Begin one JSON object with subject, filter, moment, rows and, at its very end, the count: a torn file does not parse. Refuses as `stream_csv`."""
    return _begin(
        _json_blocks(Rows(query, params, columns, order), label=label, reader=reader), label, "json"
    )


def stream_lines(
    wanted: Rows, *, label: Label, kinds: Mapping[int, str], format: str = "xlsx"
) -> Stream:
    """Begin the rows as JSON arrays, one a line. `kinds` says by type what stays as it is ("plain") and what becomes days since 1900 ("moment"); the rest is text."""
    return _begin(_array_blocks(wanted, kinds), label, format)


def iso(moment: datetime) -> str:
    """Write a moment in UTC, to the second."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@contextmanager
def snapshot(*, reader: int | None = None) -> Iterator[CursorWrapper]:
    """See the database as of one moment, read only, on a connection of its own, of which one reader has three at most.

    What a request writes beside its answer (its session) stays out of it, and what pages need stays theirs:
    it comes from no pool.
    """
    own = apart()
    try:
        with own.cursor() as cursor:
            cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            if reader is not None:
                _take_seat(cursor, reader)
            yield cursor
    finally:
        own.close()


def _take_seat(cursor: CursorWrapper, reader: int) -> None:
    """Hold one of a person's seats to the end of the transaction: who stops reading holds a thread and a connection that others need."""
    for seat in range(SEATS):
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [SEAT, reader * SEATS + seat])
        if cursor.fetchone()[0]:
            return
    raise ExportRefused(
        f"{SEATS} of your downloads are under way.",
        what_to_do="Wait until one of them has ended.",
        status=429,
    )


# blocks of whole lines; returns how many rows the server says it sent
Blocks = Generator[bytes, None, int]


@dataclass(frozen=True)
class Opening:
    """What is known before the first row."""

    rows: int
    as_of: datetime
    moments: frozenset[int] = frozenset()


def _begin(parts: Iterator[Opening | bytes], label: Label, format: str) -> Stream:
    opening = next(parts)
    assert isinstance(opening, Opening)
    return Stream(label, format, opening.rows, opening.as_of, parts, opening.moments)  # type: ignore[arg-type]


def _csv_blocks(
    wanted: Rows, *, label: Label, comments: bool, reader: int | None
) -> Iterator[Opening | bytes]:
    with snapshot(reader=reader) as cursor:
        source = _source(cursor, wanted)
        opening = _opening(cursor, source)
        yield opening
        if comments:
            stated = (
                label.subject,
                f"filter: {label.filter or ALL_ROWS}",
                *([f"moments: {label.meant}"] if label.moments else []),
                f"as of: {iso(opening.as_of)}",
                f"rows: {opening.rows}",
            )
            yield (BOM + "".join(f"# {line}\r\n" for line in stated)).encode()
        cells = sql.SQL(", ").join(_cell(name, oid) for name, oid in _types(cursor, source))
        copied = yield from _copied(
            cursor,
            sql.SQL("COPY (SELECT {} FROM {}{}) TO STDOUT (FORMAT csv, HEADER)").format(
                cells, source, _order(wanted)
            ),
        )
        if comments:
            yield f"# end: {copied} rows\r\n".encode()


def _json_blocks(wanted: Rows, *, label: Label, reader: int | None) -> Iterator[Opening | bytes]:
    with snapshot(reader=reader) as cursor:
        source = _source(cursor, wanted)
        opening = _opening(cursor, source)
        yield opening
        stated = {"subject": label.subject, "filter": label.filter}
        if label.moments:
            stated["moments"] = label.meant
        head = json.dumps(stated | {"as_of": iso(opening.as_of)})
        yield f'{head[:-1]}, "rows": [\n'.encode()
        lines = _copied(
            cursor,
            sql.SQL("COPY (SELECT row_to_json(q) FROM {}{}) TO STDOUT ({})").format(
                source, _order(wanted), sql.SQL(RAW_LINES)
            ),
        )
        copied = yield from _separated(lines)
        yield f'\n], "count": {copied}}}\n'.encode()


def _array_blocks(wanted: Rows, kinds: Mapping[int, str]) -> Iterator[Opening | bytes]:
    with snapshot() as cursor:
        source = _source(cursor, wanted)
        described = _types(cursor, source)
        opening = _opening(cursor, source)
        yield replace(
            opening,
            moments=frozenset(
                place for place, (_, oid) in enumerate(described) if kinds.get(oid) == "moment"
            ),
        )
        cells = sql.SQL(", ").join(
            SHEET_CELLS[kinds.get(oid, "text")].format(sql.Identifier(name))
            for name, oid in described
        )
        lines = _copied(
            cursor,
            sql.SQL("COPY (SELECT json_build_array({}) FROM {}{}) TO STDOUT ({})").format(
                cells, source, _order(wanted), sql.SQL(RAW_LINES)
            ),
        )
        yield from lines


def _separated(lines: Blocks) -> Blocks:
    """Put commas between rows: a line break stands only after a row, and the last one gets none."""
    held = b""
    while True:
        try:
            block = next(lines)
        except StopIteration as end:
            yield held.removesuffix(b",\n")
            return int(end.value)
        yield held
        held = block.replace(b"\n", b",\n")


def _source(cursor: CursorWrapper, wanted: Rows) -> sql.Composed:
    """Bind the parameters on this side, because COPY takes none, and name the columns."""
    bound = ClientCursor(cursor.connection).mogrify(wanted.query, wanted.params)
    return sql.SQL("({}) AS q ({})").format(
        sql.SQL(bound), sql.SQL(", ").join(map(sql.Identifier, wanted.columns))
    )


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


def _types(cursor: CursorWrapper, source: sql.Composed) -> list[tuple[str, int]]:
    cursor.execute(sql.SQL("SELECT * FROM {} LIMIT 0").format(source))
    return [(column.name, column.type_code) for column in cursor.description]


def _cell(name: str, oid: int) -> sql.Composable:
    if oid == BOOLEAN:
        return sql.SQL("{0}::text AS {0}").format(sql.Identifier(name))
    if oid in HARMLESS:
        return sql.Identifier(name)
    return sql.SQL("governance.spreadsheet_safe({0}::text) AS {0}").format(sql.Identifier(name))


def _opening(cursor: CursorWrapper, source: sql.Composed) -> Opening:
    cursor.execute(sql.SQL("SELECT count(*), now() FROM {}").format(source))
    rows, as_of = cursor.fetchone()
    return Opening(rows, as_of)


def _copied(cursor: CursorWrapper, statement: sql.Composed) -> Blocks:
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
