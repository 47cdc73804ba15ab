"""Files of requirements, as pip reads them: names by PEP 508, continued lines, options, addresses of packages."""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass

from governance.canon.checks.dependencies import options
from governance.canon.checks.dependencies.names import (
    is_sound,
    named,
    shown,
)
from governance.canon.checks.dependencies.options import Option
from governance.canon.checks.findings import (
    Finding,
    Include,
    Read,
    unreadable,
)
from governance.canon.checks.known import Known, Sighting

COMMENT = re.compile(r"(^|\s)#.*$")
WORD = re.compile(r"""["']?(?P<word>[^\s"']+)["']?""")
# where the requirement of a line ends
OPTIONS = re.compile(r"(?:^|\s)-")
# lines that a report lists of one file: a page of prose can bear the name of such a file
MOST_UNREAD = 20
MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


@dataclass(frozen=True)
class Line:
    """A line with those that it is continued by, each with its number in the file."""

    parts: tuple[tuple[int, str], ...]

    @property
    def text(self) -> str:
        return "".join(part for _, part in self.parts)

    def place(self, offset: int) -> tuple[int, int]:
        """Return line and column of a character of the text."""
        for number, part in self.parts:
            if offset < len(part):
                return number, offset + 1
            offset -= len(part)
        return self.parts[-1][0], 1


def text_of(data: bytes) -> str:
    """Decode a file whose names are ASCII whatever the rest of it is."""
    for mark, encoding in MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, errors="replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def check(
    data: bytes,
    known: Known,
) -> Read:
    """Check a file of requirements or constraints, pip's own locks among them."""
    text = text_of(data)
    found: list[Finding] = []
    unread: list[Finding] = []
    included: list[Include] = []
    for line in _lines(text):
        requirement, given = _parted(line)
        found += _banned(line, requirement, given, known)
        unread += _unread(line, requirement, given)
        included += _included(line, given)
    return Read(
        (*found, *first(unread)),
        text.count("\n") + 1,
        tuple(included),
    )


def _lines(text: str) -> Iterator[Line]:
    """Join continued lines as pip does; what follows a comment is a line of its own."""
    parts: list[tuple[int, str]] = []
    for number, line in enumerate(text.splitlines(), 1):
        bare = _bare(line)
        parts.append((number, bare.removesuffix("\\")))
        if not bare.endswith("\\"):
            yield Line(tuple(parts))
            parts = []
    if parts:
        yield Line(tuple(parts))


def _bare(line: str) -> str:
    return COMMENT.sub("", line)


def _parted(line: Line) -> tuple[str, list[Option]]:
    """Split a line into its requirement, which may be empty, and its options."""
    found = OPTIONS.search(line.text)
    if not found:
        return line.text, []
    end = found.end() - 1
    return line.text[:end], list(options.read(line.text, end))


def _banned(
    line: Line,
    requirement: str,
    given: list[Option],
    known: Known,
) -> Iterator[Finding]:
    """Say of each package that is required whether it is banned, or a vendor's."""
    editable = [(one.value, one.start) for one in given if one.name in options.EDITABLE]
    for text, start in [(requirement, 0), *editable]:
        one = named(text)
        sighting = known.package(one[0]) if one else None
        if one and sighting:
            yield finding(sighting, *line.place(start + one[1] - 1))


def _unread(
    line: Line,
    requirement: str,
    given: list[Option],
) -> Iterator[Finding]:
    bare = requirement.strip()
    if bare and not is_sound(bare):
        number, _ = line.place(requirement.index(bare))
        yield unreadable(f"{options.UNSOUND}: “{shown(bare)}”", line=number)
    wrong = next((one for one in given if one.fault), None)
    if wrong:
        number, _ = line.place(wrong.start)
        said = f"{wrong.fault}: “{shown(line.text)}”"
        yield unreadable(said, line=number)


def first(unread: list[Finding]) -> list[Finding]:
    more = len(unread) - MOST_UNREAD
    if more <= 0:
        return unread
    said = f"has {more:,} further lines that cannot be read"
    return [*unread[:MOST_UNREAD], unreadable(said, line=unread[MOST_UNREAD].line)]


def _included(line: Line, given: list[Option]) -> Iterator[Include]:
    for one in given:
        if one.name in options.INCLUDING and one.value:
            yield Include(one.value, *line.place(one.start))


def finding(
    sighting: Sighting,
    line: int,
    column: int,
) -> Finding:
    return Finding(
        sighting.rule,
        sighting.name,
        line,
        column,
        sighting.said,
    )


def names_of(words: str) -> Iterator[tuple[str, int]]:
    """Read the packages of a command line of pip, and the column where each begins; options are passed over."""
    for found in WORD.finditer(_bare(words)):
        if found["word"].startswith("-"):
            continue
        if one := named(found["word"]):
            yield one[0], found.start("word") + one[1]
