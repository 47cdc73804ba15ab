"""Runs of before that nobody told: inferred from when rows came into the extracted tables."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import OperationalError, connection
from django.db.backends.utils import CursorWrapper
from django.utils import timezone
from psycopg import sql

from enrichment.keys import KeyRefused, normalised
from enrichment.models import DataFlow, Workflow
from enrichment.warehouse import catalog
from enrichment.warehouse.catalog import Table
from enrichment.warehouse.connection import reading
from governance.services import chores
from outreach_admin.exceptions import Refused

SECONDS = 60
BATCH = 5_000
# what tells when a row came in, the best first
MOMENTS = (
    "created_at",
    "inserted_at",
    "ingested_at",
    "extracted_at",
    "enriched_at",
    "source_last_refresh",
    "updated_at",
)
TEXTS = ("text", "character varying", "citext")
# a group is a key; what lies outside of the calendar is no moment
READ = """SELECT found.key::text, found.moment, found.rows
    FROM (
        SELECT {key} AS key, count(*) AS rows,
            max({moment}) FILTER (
                WHERE {moment} >= '1990-01-01' AND {moment} < '2200-01-01')::timestamp AS moment
        FROM {table}
        WHERE {beyond}
        GROUP BY {key}
        ORDER BY {key}
        LIMIT %(batch)s
    ) found
    ORDER BY found.key"""
BLANK = "SELECT count(*) FROM {table} WHERE {key} IS NULL"
KNOWN = """NOT EXISTS (
        SELECT FROM enrichment_run r
        WHERE (r.entity_type, r.entity_key) = (%(type)s, g.key) AND r.workflow_id = %(workflow)s)"""
GIVEN = "unnest(%(keys)s::text[], %(raw)s::text[], %(at)s::timestamptz[], %(rows)s::int[]) AS g (key, raw, at, rows)"
COUNT = f"SELECT count(*) FROM {GIVEN} WHERE {KNOWN}"
MAKE = f"""INSERT INTO enrichment_run (
        workflow_id, entity_type, entity_key, raw_key, status, source, trigger, layers,
        ran_at, completed_at, records_out, records_in_extracted, error_class, error_text)
    SELECT %(workflow)s, %(type)s, g.key, g.raw, 'completed', '', 'inferred', '{{}}',
        g.at, g.at, g.rows, g.rows, '', ''
    FROM {GIVEN}
    WHERE {KNOWN}"""

# so that two that come at once do not make a run each
TURN = "SELECT pg_try_advisory_xact_lock(hashtextextended('enrichment.backfill', %s))"


class Overtaken(Refused):
    """Another backfill of the same workflow is under way."""


class NothingToRead(Refused):
    """A workflow says of no table when its rows came in."""


@dataclass
class Backfill:
    """What a backfill of one workflow found and made; `left` says why it went no further."""

    workflow: str
    table: str = ""
    moment: str = ""
    keys: int = 0
    made: int = 0
    had_runs: int = 0
    refused_keys: int = 0
    blank_keys: int = 0
    without_moment: int = 0
    left: str = ""


@dataclass(frozen=True)
class Source:
    """Where the rows of a workflow lie: their table, key and moment."""

    workflow: Workflow
    table: Table
    key: str
    moment: str

    @property
    def parts(self) -> dict[str, sql.Composable]:
        """Its names as SQL takes them."""
        key: sql.Composable = self.table.column(self.key)
        if not self.table.columns[self.key].startswith(TEXTS):
            key = sql.SQL("{}::text").format(key)
        return {
            "table": self.table.identifier,
            "key": key,
            "moment": self.table.column(self.moment),
        }


@dataclass
class Evidence:
    """What the rows of one entity tell: the key as it stood there, the latest moment, how many they are."""

    raw: str
    at: datetime
    rows: int


def infer(workflows: Iterable[Workflow], *, dry_run: bool = False) -> Iterator[Backfill]:
    """Make a completed run for each key of their extracted tables that has no run of the workflow.

    A batch is a transaction; what was made stays, so that whoever begins again goes on. With
    `dry_run` nothing is made. Yields what came of each workflow, also where its table cannot be read.
    """
    for workflow in workflows:
        told = Backfill(workflow.workflow_name)
        try:
            source = source_of(workflow)
            told.table, told.moment = str(source.table), source.moment
            _infer_one(source, told, dry_run=dry_run)
        except Refused as refusal:
            told.left = refusal.sentence
        except OperationalError as fault:
            if not chores.is_locked(fault):
                raise
            told.left = "Somebody writes about the same entities now: begin again later."
        yield told


def source_of(workflow: Workflow) -> Source:
    """Find where its rows lie and what tells when they came in. Raises Refused."""
    name, key = _named(workflow)
    if not (workflow.key_type and name and key):
        raise NothingToRead("It names no extracted table with a key, or no kind of key.")
    table = catalog.demanded(name)
    table.column(key)
    for moment in MOMENTS:
        if table.columns.get(moment, "").startswith(("timestamp", "date")):
            return Source(workflow, table, key, moment)
    raise NothingToRead(f"{table} has no column that tells when a row came in.")


def _named(workflow: Workflow) -> tuple[str, str]:
    """Name extracted table and key: those of the primary flow, else of the workflow's own columns."""
    flows = workflow.flows.filter(layer=DataFlow.Layer.EXTRACTED)
    flow = flows.order_by("-is_primary", "position", "pk").first()
    if flow and flow.key_columns:
        return flow.table_name, flow.key_columns[0]
    return workflow.extracted_table or "", workflow.key_column or ""


def _infer_one(source: Source, told: Backfill, *, dry_run: bool) -> None:
    told.blank_keys = _blank(source)
    beyond: str | None = None
    while rows := _read(source, beyond):
        beyond = rows[-1][0]
        found = _normalised(source.workflow, rows, told)
        made = chores.alone(_write, source.workflow, found, dry_run)
        told.keys += len(rows)
        told.made += made
        told.had_runs += len(found) - made


def _blank(source: Source) -> int:
    with reading(seconds=SECONDS) as cursor:
        cursor.execute(sql.SQL(BLANK).format(**source.parts))
        return int(cursor.fetchone()[0])


def _read(source: Source, beyond: str | None) -> list[Any]:
    parts = source.parts
    after = "{key} IS NOT NULL" if beyond is None else "{key} > %(beyond)s"
    narrowed = sql.SQL(after).format(key=parts["key"])
    query = sql.SQL(READ).format(**parts, beyond=narrowed)
    with reading(seconds=SECONDS) as cursor:
        cursor.execute(query, {"beyond": beyond, "batch": BATCH})
        return list(cursor.fetchall())


def _normalised(workflow: Workflow, rows: list[Any], told: Backfill) -> dict[str, Evidence]:
    """Gather rows by the one form of their key; count those that have none, or no moment."""
    found: dict[str, Evidence] = {}
    now = timezone.now()
    for raw, moment, count in rows:
        if not raw.strip():
            told.blank_keys += count
            continue
        try:
            key = normalised(str(workflow.key_type), raw)
        except KeyRefused:
            told.refused_keys += 1
            continue
        if moment is None:
            told.without_moment += 1
            continue
        at = min(moment.replace(tzinfo=UTC), now)
        known = found.setdefault(key, Evidence(raw, at, 0))
        known.at = max(known.at, at)
        known.rows += count
    return found


def _write(workflow: Workflow, found: Mapping[str, Evidence], dry_run: bool) -> int:
    """Make the runs that are missing, or count them."""
    given: dict[str, Any] = {
        "workflow": workflow.pk,
        "type": workflow.key_type,
        "keys": list(found),
        "raw": [one.raw for one in found.values()],
        "at": [one.at for one in found.values()],
        "rows": [min(one.rows, 2_147_483_647) for one in found.values()],
    }
    with connection.cursor() as cursor:
        if not dry_run:
            _take_turn(cursor, workflow)
        cursor.execute(COUNT if dry_run else MAKE, given)
        return int(cursor.fetchone()[0] if dry_run else cursor.rowcount)


def _take_turn(cursor: CursorWrapper, workflow: Workflow) -> None:
    cursor.execute(TURN, [workflow.pk])
    (is_ours,) = cursor.fetchone()
    if not is_ours:
        raise Overtaken("Another backfill of it is under way.")
