"""Reading an uploaded CSV: encoding, delimiter, header, rows; refuses whole files that cannot be read."""

import csv
import hashlib
import io
import re
from collections.abc import Collection, Iterator, Sequence
from difflib import get_close_matches
from typing import BinaryIO

from governance.exceptions import ImportRefused

MOST_BYTES = 256 * 1024 * 1024
LONGEST_CELL = 4 * 1024 * 1024
LONGEST_LINE = 8 * 1024 * 1024
DELIMITERS = ",;\t"
# of columns that are wrong: so many are said, so many characters of each
MOST_SAID = 5
LONGEST_SHOWN = 80
HEAD = 64
OTHER_FORMATS = {
    b"PK\x03\x04": "an Excel workbook or another ZIP file",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook",
    b"\xff\xfe": "UTF-16 text",
    b"\xfe\xff": "UTF-16 text",
    b"%PDF": "a PDF",
}
ENDING = "# end:"
# the line by which a file tells Excel its separator
SEPARATOR = "sep="
# what only the console's own exports have, also those without a comment at their head
EXPORTED = frozenset({"retry_exhausted", "version", "updated_at"})
# an apostrophe that an export put inside of a text, see governance/sql/functions/exports.sql; the cell reads the leading one
GUARD_WITHIN = re.compile(r"""(?<=[,;\t\n\r"])'(?='*[-=+@])""")

csv.field_size_limit(LONGEST_CELL)


class Measured(io.RawIOBase):
    """A file being read, with size and SHA-256 of what was read so far."""

    def __init__(self, source: BinaryIO) -> None:
        self.source = source
        self.size = 0
        self.hash = hashlib.sha256()
        self.short_rows = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
        """Read, count, digest; refuse what is larger than an import may be."""
        block = self.source.read(len(buffer))
        buffer[: len(block)] = block
        self.size += len(block)
        self.hash.update(block)
        if self.size > MOST_BYTES:
            raise TooLargeRefused(
                f"The file is larger than {MOST_BYTES // 1024**2} MB.",
                what_to_do="Split it and import the parts one after the other.",
            )
        return len(block)

    def measure(self) -> tuple[int, str, str]:
        """Return bytes, digest and what is to be said of the file as a whole."""
        rows = f"{self.short_rows:,} row{' is' if self.short_rows == 1 else 's are'}"
        remark = f"{rows} shorter than the header: the cells they lack count as empty."
        return self.size, self.hash.hexdigest(), remark if self.short_rows else ""


class NotText(ImportRefused):
    """The file is not CSV in UTF-8."""

    status = 415


class TooLargeRefused(ImportRefused):
    """The file is larger than an import may be."""

    status = 413


class CsvFile:
    """A CSV with a header of `known` columns of `nouns`; iterating gives (row number, cells), the first line of the file being row 1.

    Lines that begin with # before the header and the closing line are those of an export and are
    checked: a file that was cut off is refused. `marks` are columns that only exports have. Raises NotText (415), TooLargeRefused (413), ImportRefused (422).
    With `reads_on`, columns that are unknown or doubled are left out and said in `wrong`, so that one reading
    finds what is wrong with the rows as well.
    """

    def __init__(
        self,
        source: BinaryIO,
        *,
        name: str,
        known: Sequence[str],
        nouns: str = "errors",
        marks: Collection[str] = EXPORTED,
        reads_on: bool = False,
    ) -> None:
        self.name = name
        self.nouns = nouns
        self.measured = Measured(source)
        self.text = io.TextIOWrapper(
            io.BufferedReader(self.measured, 64 * 1024), encoding="utf-8-sig", newline=""
        )
        self.number = 0
        self.stated = False
        self.delimiter = ""
        first = self._first_line()
        self.records = self._records(first, self.delimiter or delimiter_of(first, known))
        self.wrong: list[str] = []
        self.kept: list[int] = []
        self.columns = self._header(known)
        if self.wrong and not reads_on:
            raise ImportRefused(
                f"{name} {' '.join(self.wrong)}",
                what_to_do=f"Known columns: {', '.join(known)}.",
            )
        self.exported = self.stated or set(marks) <= set(self.columns)

    def __iter__(self) -> Iterator[tuple[int, list[str]]]:
        """Give the rows, as wide as the header at least; rows of blanks are left out."""
        rows = 0
        ended = False
        for record in self.records:
            if self.stated and record[0].startswith(ENDING) and not any(record[1:]):
                ended = True
                self._check_ending(record[0], rows)
            elif any(cell.strip() for cell in record):
                rows += 1
                yield self.number, self._whole(record)
        if self.stated and not ended:
            raise ImportRefused(
                f"{self.name} was cut off: its closing line is missing.",
                what_to_do="Export it again and import the whole file.",
            )

    def _whole(self, record: list[str]) -> list[str]:
        lacking = self.width - len(record)
        if lacking > 0:
            self.measured.short_rows += 1
            record = record + [""] * lacking
        if self.wrong:
            record = [*(record[place] for place in self.kept), *record[self.width :]]
        return [GUARD_WITHIN.sub("", cell) for cell in record] if self.exported else record

    def _first_line(self) -> str:
        what = format_of(self._read_head())
        if what:
            raise NotText(
                f"{self.name} is {what}, not CSV.",
                what_to_do="Save it as “CSV UTF-8” and upload that.",
            )
        for line in self._lines():
            said = line.lstrip('"')
            if said.lower().startswith(SEPARATOR) and not self.delimiter:
                self.delimiter = said[len(SEPARATOR) :][:1].strip("\r\n")
            elif said.startswith("#"):
                self.stated = True
            elif line.strip():
                return line
            self.number += 1
        raise ImportRefused(
            f"{self.name} is empty.", what_to_do="Download the template and fill it in."
        )

    def _read_head(self) -> bytes:
        return self.text.buffer.peek(HEAD)[:HEAD]  # type: ignore[attr-defined]

    def _lines(self) -> Iterator[str]:
        try:
            while line := self.text.readline(LONGEST_LINE):
                if len(line) == LONGEST_LINE:
                    raise ImportRefused(
                        f"{self.name} has a line of more than {LONGEST_LINE:,} characters after row {self.number}.",
                        what_to_do="Is it a CSV?",
                    )
                yield line.replace("\0", "\ufffd")
        except UnicodeDecodeError as fault:
            place = (
                f"byte {fault.object[fault.start]:#04x}"
                if isinstance(fault.object, bytes)
                else "a byte"
            )
            raise NotText(
                f"{self.name} is not UTF-8 text: {place} after row {self.number} belongs to another encoding.",
                what_to_do="Save it as “CSV UTF-8” and upload that.",
            ) from fault

    def _records(self, first: str, delimiter: str) -> Iterator[list[str]]:
        def lines() -> Iterator[str]:
            yield first
            yield from self._lines()

        reader = csv.reader(lines(), delimiter=delimiter, strict=True)
        try:
            for record in reader:
                self.number += 1
                if record:
                    yield record
        except csv.Error as fault:
            raise ImportRefused(
                f"Row {self.number + 1} of {self.name} is not CSV: {fault}.",
                what_to_do="Check its quotation marks.",
            ) from fault

    def _header(self, known: Sequence[str]) -> list[str]:
        """Return the known columns, each once, and say what is wrong with the others."""
        columns = [cell.strip() for cell in next(self.records)]
        while columns and not columns[-1]:
            columns.pop()
        self.width = len(columns)
        seen: set[str] = set()
        for place, column in enumerate(columns):
            if column not in known:
                self._say_unknown(column, known)
            elif column in seen:
                self._say(f"has the column “{column}” more than once: keep one of them.")
            else:
                seen.add(column)
                self.kept.append(place)
        return [columns[place] for place in self.kept]

    def _say_unknown(self, column: str, known: Sequence[str]) -> None:
        if len(self.wrong) > MOST_SAID:
            return
        close = get_close_matches(column[:LONGEST_SHOWN], known, n=1)
        hint = f"did you mean “{close[0]}”?" if close else "they have none like it."
        shown = column[:LONGEST_SHOWN]
        self._say(f"has a column that {self.nouns} do not have: “{shown}”, {hint}")

    def _say(self, sentence: str) -> None:
        """Keep what is wrong with a column; of very many, only the first are said."""
        if len(self.wrong) < MOST_SAID:
            self.wrong.append(sentence)
        elif len(self.wrong) == MOST_SAID:
            self.wrong.append("has further columns that are unknown or doubled.")

    def _check_ending(self, line: str, rows: int) -> None:
        stated = line.removeprefix(ENDING).strip().partition(" ")[0]
        if stated != str(rows):
            raise ImportRefused(
                f"{self.name} says that it holds {stated} rows, and {rows} are there.",
                what_to_do="Export it again and import the whole file.",
            )


def format_of(head: bytes) -> str:
    """Name what begins so and is no text in UTF-8; empty when nothing speaks against it.

    UTF-16 without a mark shows by its NULs: every other byte of Latin letters is one.
    """
    for magic, what in OTHER_FORMATS.items():
        if head.startswith(magic):
            return what
    pairs = len(head) // 2
    nuls = (head[: 2 * pairs : 2].count(0), head[1 : 2 * pairs : 2].count(0))
    return "UTF-16 text" if max(nuls) * 2 > pairs and not min(nuls) else ""


def delimiter_of(header: str, known: Sequence[str]) -> str:
    """Choose comma, semicolon or tab: whichever finds most known columns in the header."""
    return max(
        DELIMITERS,
        key=lambda delimiter: sum(
            cell.strip().strip('"') in known for cell in header.split(delimiter)
        ),
    )
