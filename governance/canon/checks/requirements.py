"""Files of requirements, as pip reads them: names by PEP 508, continued lines, addresses of packages."""

import codecs
import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from governance.canon.checks.findings import Finding, Read
from governance.canon.checks.known import Known, Sighting

NAME = r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?"
REQUIREMENT = re.compile(rf"\s*(?P<name>{NAME})\s*(?:$|[\[<>=!~;@(,\s])")
COMMENT = re.compile(r"(^|\s)#.*$")
INCLUDED = re.compile(r"^\s*(?:-r|-c|--requirement|--constraint)[\s=]*(?P<file>.+?)\s*$")
EDITABLE = re.compile(r"^\s*(?:-e|--editable)[\s=]+")
EGG = re.compile(rf"[#&]egg=(?P<name>{NAME})")
DISTRIBUTION = re.compile(rf"^(?P<name>{NAME}?)-\d[^-]*(?:-.+)?\.(?:whl|tar\.gz|zip|tar\.bz2|tgz)$")
WORD = re.compile(r"""["']?(?P<word>[^\s"']+)["']?""")
MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


class Entry(NamedTuple):
    """A package that is required, and where its name stands."""

    name: str
    line: int
    column: int


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
    found = [*findings(entries(text), known)]
    included = tuple(
        match["file"] for line in text.splitlines() if (match := INCLUDED.match(_bare(line)))
    )
    return Read(tuple(found), text.count("\n") + 1, included)


def findings(
    required: Iterator[Entry] | list[Entry],
    known: Known,
) -> Iterator[Finding]:
    """Say of each package that is required whether it is banned, or a vendor's."""
    for name, line, column in required:
        if sighting := known.package(name):
            yield finding(sighting, line, column)


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


def entries(text: str) -> Iterator[Entry]:
    """Read the packages of a file of requirements."""
    continued = False
    for number, line in enumerate(re.split(r"\r\n|\r|\n", text), 1):
        bare = _bare(line)
        if not continued and (found := named(bare)):
            name, column = found
            yield Entry(name, number, column)
        continued = bare.rstrip().endswith("\\")


def _bare(line: str) -> str:
    return COMMENT.sub("", line)


def named(requirement: str) -> tuple[str, int] | None:
    """Return the package that a requirement names, and the column of the name; None for options and what names none."""
    start = 0
    if editable := EDITABLE.match(requirement):
        start = editable.end()
    elif requirement.lstrip().startswith("-"):
        return None
    rest = requirement[start:].rstrip(" \\")
    if found := REQUIREMENT.match(rest):
        return found["name"], start + found.start("name") + 1
    name = _of_address(rest.strip())
    return (name, start + len(rest) - len(rest.lstrip()) + 1) if name else None


def _of_address(address: str) -> str:
    """Return the package that an address or a path leads to, by its egg, its file or its last folder."""
    if egg := EGG.search(address):
        return egg["name"]
    if "/" not in address and "\\" not in address and not address.endswith((".whl", ".gz", ".zip")):
        return ""
    try:
        path = unquote(urlsplit(address).path)
    except ValueError:
        return ""
    last = PurePosixPath(path.replace("\\", "/")).name
    if distribution := DISTRIBUTION.match(last):
        return distribution["name"]
    return last.partition("@")[0].removesuffix(".git")


def names_of(words: str) -> Iterator[tuple[str, int]]:
    """Read the packages of a command line of pip, and the column where each begins; options are passed over."""
    for found in WORD.finditer(_bare(words)):
        if found["word"].startswith("-"):
            continue
        if one := named(found["word"]):
            yield one[0], found.start("word") + one[1]
