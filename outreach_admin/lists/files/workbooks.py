"""Sheets: rows as typed cells, written one by one so that memory stays constant."""

import json
import unicodedata
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import xlsxwriter
from psycopg.postgres import types

from outreach_admin.lists.files.streams import ALL_ROWS, Stream, iso

MOST_ROWS = 1_048_575
MOST_LETTERS = 32_767
ZERO_WIDTH_JOINER = "\u200d"
BEAT_ROWS = 5_000
WIDTHS = {"message": 60, "details": 60, "error_id": 38, "outreach_id": 38, "entity_id": 38}
COLUMN_WIDTH = 20
# how each PostgreSQL type comes: as it is, as a day count since 1900 (Excel's own), else as text
PLAIN = frozenset(
    types[name].oid for name in ("bool", "int2", "int4", "int8", "float4", "float8", "numeric")
)
MOMENTS = frozenset(types[name].oid for name in ("timestamptz", "timestamp"))
KINDS = dict.fromkeys(PLAIN, "plain") | dict.fromkeys(MOMENTS, "moment")


def write(
    path: Path,
    lines: Path,
    columns: Sequence[str],
    stream: Stream,
    *,
    on_rows: Callable[[int], None],
) -> str:
    """Write the rows, one JSON array a line, as a workbook; `on_rows` hears of every 5,000. Returns a remark, empty when nothing was cut.

    Text stays text whatever it begins with: no cell is a formula or a link.
    """
    options = {
        "constant_memory": True,
        "tmpdir": str(path.parent),
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(str(path), options) as book, lines.open(encoding="utf-8") as source:
        sheet = Sheet(book, stream, columns)
        for number, line in enumerate(source, start=1):
            sheet.add(number, json.loads(line))
            if number % BEAT_ROWS == 0:
                on_rows(number)
        sheet.tell(stream)
    return sheet.remark


class Sheet:
    """The rows of a workbook, and a second sheet that says what they are."""

    def __init__(self, book: xlsxwriter.Workbook, stream: Stream, columns: Sequence[str]) -> None:
        self.book = book
        self.sheet = book.add_worksheet(stream.label.subject)
        self.moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        self.bold = book.add_format({"bold": True})
        self.cut = 0
        self.moments = stream.moments
        self.sheet.freeze_panes(1, 1)
        self.sheet.autofilter(0, 0, stream.rows, len(columns) - 1)
        for place, name in enumerate(columns):
            self.sheet.set_column(place, place, WIDTHS.get(name, COLUMN_WIDTH))
            self.sheet.write_string(0, place, name, self.bold)

    def add(self, row: int, values: list[Any]) -> None:
        """Write one row; rows have to come in order."""
        sheet = self.sheet
        for place, value in enumerate(values):
            if value is None:
                continue
            if isinstance(value, str):
                sheet.write_string(row, place, self._fitting(value))
            elif isinstance(value, bool):
                sheet.write_boolean(row, place, value)
            else:
                sheet.write_number(
                    row, place, value, self.moment if place in self.moments else None
                )

    def _fitting(self, text: str) -> str:
        fitting = shortened(text)
        self.cut += fitting is not text
        return fitting

    @property
    def remark(self) -> str:
        """Say how many texts were cut; empty when none was."""
        if not self.cut:
            return ""
        texts = f"{self.cut:,} text{' was' if self.cut == 1 else 's were'}"
        return f"{texts} longer than the {MOST_LETTERS:,} characters of a cell and cut; the CSV has them whole."

    def tell(self, stream: Stream) -> None:
        """Add the sheet that states subject, filter, moment and count."""
        about = self.book.add_worksheet("About")
        about.set_column(0, 0, 12)
        about.set_column(1, 1, 80)
        stated = {
            "Subject": stream.label.subject,
            "Filter": stream.label.filter or ALL_ROWS,
            "As of": f"{iso(stream.as_of)}",
            "Rows": str(stream.rows),
        } | ({"Cut": self.remark} if self.cut else {})
        if stream.label.moments:
            stated["Moments"] = stream.label.meant
        for row, (name, text) in enumerate(stated.items()):
            about.write_string(row, 0, name, self.bold)
            about.write_string(row, 1, text)


def shortened(text: str) -> str:
    """Return the text itself where a cell holds it, else its beginning with an ellipsis.

    A cell counts UTF-16 units, of which an emoji takes two; no character is cut in half, nor parted from its accents.
    """
    if len(text) * 2 <= MOST_LETTERS:
        return text
    units = text.encode("utf-16-le")
    if len(units) <= MOST_LETTERS * 2:
        return text
    kept = units[: (MOST_LETTERS - 1) * 2].decode("utf-16-le", "ignore")
    end = len(kept)
    while end > 1 and belongs_to(text[end - 1], text[end]):
        end -= 1
    return text[:end] + "…"


def belongs_to(before: str, letter: str) -> bool:
    """Say whether a code point is shown as one with that before it: an accent, a variation, a joined emoji."""
    return ZERO_WIDTH_JOINER in (before, letter) or unicodedata.category(letter) in ("Mn", "Me")
