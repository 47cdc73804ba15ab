"""Contracts of done states: a Markdown file that says for each hub when a company is done there, in words and as SQL.

A hub has a heading with its id, its criteria as a list, and one query in a ```sql block; or a
paragraph that begins with “No done state:” and goes on with the reason.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from governance.canon.checks.dependencies.requirements import text_of
from governance.canon.checks.findings import (
    Finding,
    Rule,
    Unchecked,
    unreadable,
)

# beside the contract, where no other schema is named
SCHEMA = "DONE_STATE_SCHEMA.sql"
HEADING = re.compile(r"^#{2,}\s+(?P<title>.*)$")
HUB = re.compile(r"\bHUB-[A-Z0-9]+(?:-[A-Z0-9]+)*\b")
ITEM = re.compile(r"^\s*(?:[-*+]|\d+[.)])\s+\S")
FENCE = re.compile(r"^\s*(?P<marks>```+|~~~+)\s*(?P<language>\w*)")
NONE = re.compile(r"^No done state:\s*\S")

Columns = Mapping[tuple[str, str], frozenset[str]]


@dataclass
class Query:
    """One block of SQL and the line of the file on which it begins."""

    line: int
    lines: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "\n".join(self.lines)


@dataclass
class Section:
    """What stands under one heading; `hub` is the id in it, if there is one."""

    line: int
    column: int
    hub: str
    criteria: int = 0
    has_none: bool = False
    queries: list[Query] = field(default_factory=list)


def check(
    text: str,
    hubs: tuple[str, ...],
    columns: Columns | None,
) -> Iterator[Finding]:
    """Find what is wrong with a contract: hubs without criteria, SQL that cannot be parsed, columns that are not there."""
    sections = read(text)
    seen: dict[str, int] = {}
    for section in sections:
        if section.hub:
            yield from _of_hub(section, hubs, seen)
        for query in section.queries:
            yield from _of_query(query, section.hub, columns)
    for hub in hubs:
        if hub not in seen:
            yield _finding(
                hub,
                1,
                1,
                f"{hub} has no section: say when a company is done there.",
            )


def read(text: str) -> list[Section]:
    """Split a contract by its headings."""
    sections = [Section(1, 1, "")]
    fence = ""
    is_sql = False
    for number, line in enumerate(re.split(r"\r\n|\r|\n", text), 1):
        current = sections[-1]
        if fence:
            if line.strip().startswith(fence) and not line.strip().strip(fence[0]):
                fence = ""
            elif is_sql:
                current.queries[-1].lines.append(line)
        elif found := FENCE.match(line):
            fence = found["marks"]
            is_sql = found["language"].lower() == "sql"
            current.queries += [Query(number + 1)] if is_sql else []
        elif found := HEADING.match(line):
            sections.append(_section(number, found))
        else:
            current.criteria += bool(ITEM.match(line))
            current.has_none |= bool(NONE.match(line))
    return sections


def _section(number: int, found: re.Match[str]) -> Section:
    hub = HUB.search(found["title"])
    column = found.start("title") + (hub.start() if hub else 0) + 1
    return Section(number, column, hub[0] if hub else "")


def _of_hub(
    section: Section,
    hubs: tuple[str, ...],
    seen: dict[str, int],
) -> Iterator[Finding]:
    place = section.line, section.column
    if section.hub not in hubs:
        yield _finding(section.hub, *place, f"{section.hub} is no hub of the canon.")
    elif section.hub in seen:
        said = f"{section.hub} has a section on line {seen[section.hub]} already."
        yield _finding(section.hub, *place, said)
    seen.setdefault(section.hub, section.line)
    if section.has_none:
        return
    if not section.criteria:
        yield _finding(section.hub, *place, f"{section.hub} has no list of criteria.")
    if len(section.queries) != 1:
        said = f"{section.hub} has {len(section.queries)} blocks of SQL: one says who is done."
        yield _finding(section.hub, *place, said)


def _finding(
    name: str,
    line: int,
    column: int,
    said: str,
) -> Finding:
    return Finding(
        Rule.CONTRACT,
        name,
        line,
        column,
        said,
    )


def _of_query(
    query: Query,
    hub: str,
    columns: Columns | None,
) -> Iterator[Finding]:
    # only whoever has a contract needs it
    from governance.canon.checks import queries

    for fault in queries.check(query.text, columns):
        line = query.line + fault.line - 1
        yield _finding(
            fault.name or hub or "SQL",
            line,
            fault.column,
            fault.said,
        )


def of_file(
    path: Path,
    data: bytes,
    hubs: tuple[str, ...],
    schema: Path | None,
) -> list[Finding]:
    """Check a contract against the schema that is named, else the one beside it."""
    try:
        return list(check(text_of(data), hubs, _columns(path, schema)))
    except ImportError:
        return [unreadable("cannot be checked without sqlglot: install it")]


def _columns(
    path: Path,
    schema: Path | None,
) -> Columns | None:
    beside = path.with_name(SCHEMA)
    chosen = schema or beside
    if not schema and not beside.is_file():
        return None
    from governance.canon.checks import queries

    try:
        columns = queries.columns(text_of(chosen.read_bytes()))
    except OSError as reason:
        raise Unchecked(f"The schema {chosen} cannot be opened: {reason.strerror}.") from reason
    if not columns:
        raise Unchecked(f"The schema {chosen} creates no table: write it with pg_dump -s.")
    return columns
