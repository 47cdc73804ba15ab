"""The workflows of the demo: 53 ingest functions, and the 16 entries that a registry has of them.

One row of catalogue.csv each. The columns of tables are what a registry says; `code_tables` is what
the code writes where that differs. The two entries without a function are in the registry alone.
"""

import csv
from dataclasses import dataclass
from pathlib import Path

ROWS = Path(__file__).with_suffix(".csv")
FLAGS = ("is_registered", "is_active")


@dataclass(frozen=True)
class Listed:
    """A workflow of the demo, by its slug; empty texts are what it has not."""

    slug: str
    function: str
    file: str
    provider: str
    payload_type: str
    raw_table: str
    extracted_table: str
    core_table: str
    key_column: str
    key_type: str
    intent: str
    is_registered: bool
    is_active: bool
    code_tables: tuple[str, ...]

    @property
    def tables(self) -> tuple[str, ...]:
        """The tables that a registry names."""
        named = (
            self.raw_table,
            self.extracted_table,
            self.core_table,
        )
        return tuple(filter(None, named))

    @property
    def written(self) -> tuple[str, ...]:
        """The tables that its function writes."""
        return self.code_tables or self.tables


def read() -> list[Listed]:
    """Every row of the file, in its order."""
    with ROWS.open(encoding="utf-8", newline="") as lines:
        return [listed(row) for row in csv.DictReader(lines)]


def listed(row: dict[str, str]) -> Listed:
    flags = {name: row[name] == "true" for name in FLAGS}
    tables = tuple(row["code_tables"].split())
    return Listed(**row | flags | {"code_tables": tables})


LISTED = read()
FUNCTIONS = [one for one in LISTED if one.function]
REGISTERED = [one for one in LISTED if one.is_registered]
