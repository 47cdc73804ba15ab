"""The registry that a warehouse holds as a table of its own, read as it is and judged row by row."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from psycopg import sql

from enrichment.exceptions import TableRefused
from enrichment.models import EntityType, Workflow, WorkflowAlias
from enrichment.models.workflows import SLUG
from enrichment.warehouse import catalog
from enrichment.warehouse.catalog import Table
from enrichment.warehouse.connection import is_apart, reading
from enrichment.warehouse.earlier import SUFFIX

TABLE = "reference.enrichment_workflow_registry"
# where `migrate` put it, in a database that the console shares with the warehouse
KEPT = f"{TABLE}{SUFFIX}"
NAME = "workflow_name"
TABLES = ("raw_table", "extracted_table", "core_table")
WORDS = ("provider", "platform", "payload_type")
PROSE = ("description",)
FLAGS = ("coalesces_to_core", "is_active")
YES, NO = {"true", "t", "yes", "1"}, {"false", "f", "no", "0"}
COLUMNS = (NAME, *TABLES, "key_column", "key_type", *WORDS, *PROSE, *FLAGS)
# more rows than any registry has
MOST = 5_000
SECONDS = 10
LONGEST_WORD, LONGEST_PROSE = 255, 10_000


@dataclass
class Judged:
    """One row: what of it can be taken, or why it cannot; `without` says what was left out of it."""

    name: str
    values: dict[str, Any] = field(default_factory=dict)
    refusal: str = ""
    without: list[str] = field(default_factory=list)


def read() -> list[dict[str, Any]]:
    """Read the rows of the table; TableRefused where the warehouse has none, or it is the console's own view."""
    table = _table_of_registry()
    table.column(NAME)
    columns = [name for name in COLUMNS if name in table.columns]
    statement = sql.SQL("SELECT {} FROM {} t ORDER BY t.{} LIMIT {}").format(
        sql.SQL(", ").join(map(table.column, columns)),
        table.identifier,
        table.column(NAME),
        sql.Literal(MOST + 1),
    )
    with reading(seconds=SECONDS) as cursor:
        cursor.execute(statement)
        rows = [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]
    if len(rows) > MOST:
        raise TableRefused(f"{table} has more than {MOST:,} rows: that is no registry.")
    return rows


def _table_of_registry() -> Table:
    """Find the table; in one database with the console it stands under another name."""
    if is_apart():
        return catalog.demanded(TABLE)
    if catalog.table(KEPT) is None:
        raise TableRefused(
            f"The console's own registry is the only {TABLE} here.",
            what_to_do="Nothing has to be read in.",
        )
    return catalog.demanded(KEPT)


def judge(rows: list[dict[str, Any]]) -> Iterator[Judged]:
    """Say of each row what of it can be taken over; of those that are written alike, the one in lower case is."""
    known = set(Workflow.objects.values_list(NAME, flat=True))
    known |= set(WorkflowAlias.objects.values_list("alias", flat=True))
    met: dict[str, str] = {}
    with catalog.remembering():
        for row in sorted(rows, key=_place):
            yield _judged(row, known, met)


def _place(row: Mapping[str, Any]) -> tuple[str, bool, str]:
    said = _text(row.get(NAME))
    return said.lower(), said != said.lower(), said


def _judged(row: Mapping[str, Any], known: set[str], met: dict[str, str]) -> Judged:
    said = _text(row.get(NAME))
    slug = said.lower()
    found = Judged(name=catalog.shortened(said) or "a row without a name")
    found.refusal = _refusal(said, slug, known, met)
    met.setdefault(slug, said)
    if not found.refusal:
        found.values = {NAME: slug} | _values(row, found.without)
    return found


def _refusal(said: str, slug: str, known: set[str], met: Mapping[str, str]) -> str:
    if not said:
        return "it has no name"
    if slug in met:
        return f"it is written like “{catalog.shortened(met[slug])}”"
    if not re.match(SLUG, slug) or len(slug) > LONGEST_WORD:
        return "its name has more than lower-case letters, digits, - and _"
    return "it is registered already" if slug in known else ""


def _values(row: Mapping[str, Any], without: list[str]) -> dict[str, Any]:
    """Take what the registry's columns can hold; what they cannot is named in `without`."""
    found: dict[str, Any] = {name: _text(row.get(name))[:LONGEST_WORD] for name in WORDS}
    found |= {name: _text(row.get(name))[:LONGEST_PROSE] for name in PROSE}
    for name in TABLES:
        table = _table(_text(row.get(name)), name, without)
        if table and table in found.values():
            without.append(f"{name} (“{catalog.shortened(table)}” again)")
            table = None
        found[name] = table
    found["key_column"] = _key_column(_text(row.get("key_column")), found, without)
    found["key_type"] = _key_type(_text(row.get("key_type")), without)
    found["coalesces_to_core"] = _text(row.get("coalesces_to_core")).lower() in YES
    if found["coalesces_to_core"]:
        found["intent"] = Workflow.Intent.SHOULD
    found["is_active"] = _text(row.get("is_active", "true")).lower() not in NO
    return found


def _table(named: str, column: str, without: list[str]) -> str | None:
    if not named:
        return None
    table = catalog.table(named)
    if table is None:
        without.append(f"{column} (no table “{catalog.shortened(named)}”)")
        return None
    return str(table)


def _key_column(named: str, tables: Mapping[str, Any], without: list[str]) -> str | None:
    """Keep the key where a table of the workflow has it, or none of its tables is there."""
    if not named:
        return None
    found = [catalog.table(tables[name]) for name in TABLES if tables[name]]
    if len(named) > LONGEST_WORD or (
        found and not any(table and named in table.columns for table in found)
    ):
        without.append(f"key_column (no column “{catalog.shortened(named)}”)")
        return None
    return named


def _key_type(named: str, without: list[str]) -> str | None:
    if not named:
        return None
    if named.lower() in EntityType.values:
        return named.lower()
    without.append(f"key_type (“{catalog.shortened(named)}” is neither company nor person)")
    return None


def _text(value: Any) -> str:
    return "" if value is None else str(value).strip()
