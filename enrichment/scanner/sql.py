"""The tables that a statement of SQL writes, with the columns that it knows rows by."""

import re
from collections.abc import Iterator

from enrichment.scanner.records import LAYERS, UNKNOWN, Write

# stands where the code does not show what comes
HOLE = "\x00"
PART = r'"?([\w\x00]+)"?'
TABLE = rf"{PART}\s*\.\s*{PART}"
WRITES = re.compile(
    rf"""
    \b(?:
        INSERT\s+(?:OVERWRITE\s+)?INTO\s+{TABLE}
      | UPDATE\s+(?:ONLY\s+)?{TABLE}(?:\s+(?:AS\s+)?\w+)?\s+SET\b
      | DELETE\s+FROM\s+(?:ONLY\s+)?{TABLE}
      | MERGE\s+INTO\s+(?:ONLY\s+)?{TABLE}
      | COPY\s+{TABLE}\s*(?:\([^)]*\)\s*)?FROM\b
      | TRUNCATE\s+(?:TABLE\s+)?(?:ONLY\s+)?{TABLE}
    )
    """,
    re.IGNORECASE | re.VERBOSE,
)
ASIDE = re.compile(r"--[^\n]*|/\*.*?\*/|'(?:[^']|'')*'", re.DOTALL)
CONFLICT = re.compile(r"\bON\s+CONFLICT\s*\(([^)]*)\)", re.IGNORECASE)
MERGED = re.compile(r"\bON\s+\(?\s*(?:\w+\.)?(\w+)\s*=", re.IGNORECASE)
WHERE = re.compile(r"\bWHERE\s+(?:\w+\.)?\"?(\w+)\"?\s*(?:=|IN\b)", re.IGNORECASE)


def writes(text: str) -> Iterator[Write]:
    """Every table that a text writes, when it is SQL; comments and quoted texts say nothing."""
    plain = ASIDE.sub(" ", text)
    found = list(WRITES.finditer(plain))
    ends = [*(one.start() for one in found[1:]), len(plain)]
    # where nothing is found there is an end alone
    for one, end in zip(found, ends, strict=False):
        schema, table = (part for part in one.groups() if part)
        name = table_name(schema, table)
        if name:
            yield Write(name, _keys(plain[one.end() : end]))


def table_name(schema: str, table: str) -> str:
    """Write a table of a known layer; empty for any other, `raw.?` where its name is not shown."""
    layer = schema.lower()
    if layer not in LAYERS:
        return ""
    shown = UNKNOWN if HOLE in table else table
    return f"{layer}.{shown}"


def _keys(rest: str) -> tuple[str, ...]:
    """Return the columns by which what follows a table knows its rows."""
    if conflict := CONFLICT.search(rest):
        return columns(conflict.group(1))
    for pattern in (WHERE, MERGED):
        if found := pattern.search(rest):
            return columns(found.group(1))
    return ()


def columns(text: str) -> tuple[str, ...]:
    """Part a list of columns."""
    parts = (part.strip().strip('"') for part in text.split(","))
    return tuple(part for part in parts if part and HOLE not in part)
