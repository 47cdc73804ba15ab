"""Notebooks: the code of their cells without what is no Python in it, and what they install."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from governance.canon.checks.code import modules
from governance.canon.checks.dependencies.requirements import names_of
from governance.canon.checks.findings import (
    Finding,
    Read,
    Rule,
    unreadable,
)
from governance.canon.checks.known import Known

NO_NOTEBOOK = "is no notebook"
# magics of a whole cell whose code is Python all the same
PYTHON_CELLS = frozenset({"capture", "prun", "time", "timeit", "debug", "python", "python3", "py"})
# magics of a line that run the rest of it
PYTHON_LINES = re.compile(r"^(\s*)%(?:time|timeit|prun)\s+(?:-\w+\s*\d*\s+)*")
# `!ls`, `%cd ..`, `?name`, `files = !ls`, `x = %who`
ESCAPED = re.compile(r"^(\s*)(?:[\w.,\s]+=\s*)?[!%?/;,](?=[\w!?./%{$\"'~-]).*$")
HELP = re.compile(r"^(\s*)[\w.*]+\?{1,2}\s*$")
INSTALLS = re.compile(
    r"^\s*[!%](?:\{?[\w./]*python[\w.]*\}?\s+-m\s+|\{sys\.executable\}\s+-m\s+|uv\s+)?"
    r"(?:pip3?|conda|mamba)\s+(?:install|add)\s+(?P<rest>.*)$"
)
CELL_MAGIC = re.compile(r"^\s*%%(\w+)")


def check(
    data: bytes,
    known: Known,
) -> Read:
    """Check the code cells of a notebook that is Python; line and column are those within the cell."""
    notebook = _loaded(data)
    cells = _cells(notebook) if notebook is not None else None
    if cells is None:
        return Read((unreadable(NO_NOTEBOOK),), data.count(b"\n") + 1)
    lines = sum(text.count("\n") + 1 for _, text in cells)
    if _language(notebook) not in ("", "python"):
        return Read((), lines)
    found = [one for number, text in cells for one in _cell(number, text, known)]
    return Read(tuple(found), lines)


def _loaded(data: bytes) -> Any:
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        return None


def _language(notebook: Any) -> str:
    about = notebook.get("metadata")
    for part, name in (("language_info", "name"), ("kernelspec", "language")):
        said = about.get(part) if isinstance(about, dict) else None
        if isinstance(said, dict) and isinstance(said.get(name), str):
            return re.sub(r"[\d.]+$", "", said[name].lower()).removeprefix("i")
    return ""


def _cells(notebook: Any) -> list[tuple[int, str]] | None:
    """Return the number and text of each code cell; None where it is no notebook."""
    if not isinstance(notebook, dict):
        return None
    cells = notebook.get("cells")
    if cells is None and isinstance(notebook.get("worksheets"), list):
        sheets = [one for one in notebook["worksheets"] if isinstance(one, dict)]
        cells = [cell for one in sheets for cell in one.get("cells") or ()]
    if not isinstance(cells, list) or not all(isinstance(one, dict) for one in cells):
        return None
    texts = [(number, _text(one)) for number, one in enumerate(cells, 1) if _is_code(one)]
    if any(text is None for _, text in texts):
        return None
    return [(number, text or "") for number, text in texts]


def _is_code(cell: dict[str, Any]) -> bool:
    return cell.get("cell_type") == "code"


def _text(cell: dict[str, Any]) -> str | None:
    source = cell.get("source", cell.get("input", ""))
    if isinstance(source, list) and all(isinstance(one, str) for one in source):
        return "".join(source)
    return source if isinstance(source, str) else None


def _cell(
    number: int,
    text: str,
    known: Known,
) -> Iterator[Finding]:
    for one in (*_installed(text, known), *_code(text, known)):
        yield replace(one, cell=number)


def _installed(
    text: str,
    known: Known,
) -> Iterator[Finding]:
    """Find what `%pip install` and its like bring in."""
    for number, line in enumerate(text.split("\n"), 1):
        if found := INSTALLS.match(line):
            for name, column in names_of(found["rest"]):
                if sighting := known.package(name):
                    rule = sighting.rule
                    at = found.start("rest") + column
                    yield Finding(
                        rule,
                        sighting.name,
                        number,
                        at,
                        sighting.said,
                    )


def _code(
    text: str,
    known: Known,
) -> Iterator[Finding]:
    magic = CELL_MAGIC.match(text)
    if magic and magic[1] not in PYTHON_CELLS:
        return
    found = list(modules.of_text(plain(text), known))
    if _is_unread(found):
        # what looks like a magic may be the middle of an expression
        as_it_is = list(modules.of_text(text, known))
        found = found if _is_unread(as_it_is) else as_it_is
    yield from found


def _is_unread(found: list[Finding]) -> bool:
    return any(one.rule is Rule.UNREADABLE for one in found)


def plain(text: str) -> str:
    """Return a cell's code with `pass` for what is no Python, every line in its place."""
    return "\n".join(_line(line) for line in text.split("\n"))


def _line(line: str) -> str:
    if line.lstrip().startswith("%%"):
        return ""
    if found := PYTHON_LINES.match(line):
        # as wide as the magic was, so that columns stay
        return f"{found[1]}0;".ljust(found.end()) + line[found.end() :]
    for escaped in (ESCAPED, HELP):
        if found := escaped.match(line):
            return f"{found[1]}pass"
    return line
