"""Entries of a registry, read from a CSV with the columns of the seed."""

import csv
from pathlib import Path

from enrichment.scanner.records import Entry, WrongUse

NAME = "workflow_name"
TABLES = (
    "raw_table",
    "extracted_table",
    "core_table",
)
# what a registry may say besides; further columns are left alone
KNOWN = (*TABLES, "key_column", "key_type", "is_active", "aliases")
YES = ("", "t", "true", "1", "yes")
NO = ("f", "false", "0", "no")


def read(path: Path) -> list[Entry]:
    """Read a registry; refuse a file that is none, by line."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            rows = csv.DictReader(lines, strict=True)
            _check(path, rows.fieldnames or ())
            entries = [_entry(path, rows.line_num, row) for row in rows]
    except OSError as reason:
        raise WrongUse(f"{path} cannot be read: {reason.strerror}.") from reason
    except UnicodeDecodeError as reason:
        raise WrongUse(f"{path} is not UTF-8.") from reason
    except csv.Error as reason:
        raise WrongUse(f"{path} is not CSV: {reason}.") from reason
    _distinct(path, entries)
    return entries


def _check(path: Path, columns: object) -> None:
    if NAME not in columns:  # type: ignore[operator]
        raise WrongUse(
            f"{path} has no column {NAME}: a registry has {NAME}, {', '.join(KNOWN[:-1])}."
        )


def _entry(path: Path, line: int, row: dict[str | None, str | None]) -> Entry:
    if None in row or None in row.values():
        raise WrongUse(f"{path}, line {line}: there are not as many cells as columns.")
    cells = {name: (value or "").strip() for name, value in row.items()}
    slug = cells[NAME]
    if not slug:
        raise WrongUse(f"{path}, line {line}: {NAME} is empty.")
    return Entry(
        slug=slug,
        tables=tuple(filter(None, (cells.get(name, "") for name in TABLES))),
        aliases=tuple(cells.get("aliases", "").replace(";", " ").split()),
        keys=tuple(filter(None, [cells.get("key_column", "")])),
        key_type=cells.get("key_type", ""),
        is_active=_flag(path, line, cells.get("is_active", "")),
    )


def _flag(path: Path, line: int, text: str) -> bool:
    if text.lower() in YES:
        return True
    if text.lower() in NO:
        return False
    raise WrongUse(f"{path}, line {line}: is_active is true or false, not “{text}”.")


def _distinct(path: Path, entries: list[Entry]) -> None:
    """Refuse a name that leads to two entries."""
    seen: set[str] = set()
    for entry in entries:
        for name in (entry.slug, *entry.aliases):
            if name in seen:
                raise WrongUse(f"{path} names {name} twice.")
            seen.add(name)
