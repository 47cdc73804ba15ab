"""Rows on their way out: straight from PostgreSQL's COPY, of one moment, in constant memory."""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Self

from django.db.backends.utils import CursorWrapper
from psycopg import sql

from outreach_admin.db.connections import apart
from outreach_admin.exceptions import ExportRefused
from outreach_admin.lists.files import copies
from outreach_admin.lists.files.copies import Blocks, Rows

SEATS = 3
# the class of advisory locks that stand for seats
SEAT = 5_318_010
BOM = "\ufeff"
# characters; proxies read headers of some thousand bytes
LONGEST_HEADER = 2_000
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

    def taken(self, moment: datetime) -> Self:
        """State another moment: rows that were kept are of the moment they were taken."""
        return replace(self, as_of=moment)

    @property
    def filename(self) -> str:
        """Name the file by subject, filter, moment and count."""
        chosen = re.sub(r"[^A-Za-z0-9._=-]+", "_", self.label.filter)[:80]
        parts = (self.label.subject, chosen, f"{self.as_of:%Y-%m-%dT%H%M%SZ}", f"{self.rows}-rows")
        return f"{'_'.join(part for part in parts if part)}.{self.format}"

    @property
    def headers(self) -> dict[str, str]:
        """Say filter, moment and count in HTTP headers; of a filter that no proxy lets through, its digest."""
        text = self.label.filter
        digest = hashlib.sha256(text.encode()).hexdigest()
        stated = {
            "X-Export-Filter": text if len(text) <= LONGEST_HEADER else f"sha256={digest}",
            "X-Export-As-Of": iso(self.as_of),
            "X-Export-Rows": str(self.rows),
        }
        return stated | ({"X-Export-Moments": self.label.meant} if self.label.moments else {})


def stream_csv(
    query: str,
    params: Sequence[Any],
    columns: Sequence[str],
    *,
    label: Label,
    order: Sequence[str] = (),
    beside: Sequence[str] = (),
    comments: bool = True,
    reader: int | None = None,
) -> Stream:
    """Begin a CSV of what `query` selects; `columns` is its header line, `order` some of them (minus: descending).

    `beside`: further columns of the query, for the order alone. An empty text is written as "", no value as nothing.

    Text that a spreadsheet would run gets a leading apostrophe. With `comments` the file begins
    with a byte order mark and lines that state filter, moment and count, and ends with a line that
    states the count again, so that a torn file shows; without, it is the bare table.
    Counts first; whatever is wrong with the query is raised here, before a byte is sent, and ExportRefused for
    a fourth download of the same `reader` at a time.
    """
    return _begin(
        _csv_blocks(
            Rows(query, params, columns, order, beside),
            label=label,
            comments=comments,
            reader=reader,
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
    beside: Sequence[str] = (),
    reader: int | None = None,
) -> Stream:
    """Begin one JSON object with subject, filter, moment, rows and, at its very end, the count: a torn file does not parse. Refuses as `stream_csv`."""
    return _begin(
        _json_blocks(
            Rows(query, params, columns, order, beside),
            label=label,
            reader=reader,
        ),
        label,
        "json",
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
        source = copies.bound(cursor, wanted)
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
        copied = yield from copies.table(cursor, copies.ordered(wanted, source))
        if comments:
            yield f"# end: {copied} rows\r\n".encode()


def _json_blocks(wanted: Rows, *, label: Label, reader: int | None) -> Iterator[Opening | bytes]:
    with snapshot(reader=reader) as cursor:
        source = copies.bound(cursor, wanted)
        opening = _opening(cursor, source)
        yield opening
        stated = {"subject": label.subject, "filter": label.filter}
        if label.moments:
            stated["moments"] = label.meant
        head = json.dumps(stated | {"as_of": iso(opening.as_of)})
        yield f'{head[:-1]}, "rows": [\n'.encode()
        lines = copies.copied(
            cursor,
            sql.SQL("COPY (SELECT row_to_json(q) FROM {}) TO STDOUT ({})").format(
                copies.ordered(wanted, source), sql.SQL(RAW_LINES)
            ),
        )
        copied = yield from _separated(lines)
        yield f'\n], "count": {copied}}}\n'.encode()


def _array_blocks(wanted: Rows, kinds: Mapping[int, str]) -> Iterator[Opening | bytes]:
    with snapshot() as cursor:
        source = copies.bound(cursor, wanted)
        ordered = copies.ordered(wanted, source)
        described = copies.types_of(cursor, ordered)
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
        lines = copies.copied(
            cursor,
            sql.SQL("COPY (SELECT json_build_array({}) FROM {}) TO STDOUT ({})").format(
                cells, ordered, sql.SQL(RAW_LINES)
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


def _opening(cursor: CursorWrapper, source: sql.Composed) -> Opening:
    cursor.execute(sql.SQL("SELECT count(*), now() FROM {}").format(source))
    rows, as_of = cursor.fetchone()
    return Opening(rows, as_of)
