"""Entities follow the warehouse: who is in core.companies and core.people, under which name.

A pass reads the table by keyset, a batch a transaction, and goes on where the last call stopped. It
changes nothing that somebody decided, so it is no operation: whoever is gone stays, marked.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import structlog
from django.db import connection, transaction
from django.db.models import F
from django.db.models.functions import Now
from django.utils import timezone
from psycopg import sql

from enrichment import keys
from enrichment.exceptions import TableRefused, WarehouseRefused
from enrichment.models import EntitySync, SeenEntity
from enrichment.warehouse import catalog
from enrichment.warehouse.catalog import Table
from enrichment.warehouse.connection import reading

log = structlog.get_logger(__name__)

BATCH = 5_000
READ_SECONDS = 20
# between two passes
PAUSE = timedelta(minutes=30)
# characters of a key, and of a name
LONGEST = 255
LONGEST_PROBLEM = 300
# types of a primary key that are never too long to go on from
SHORT = (
    "uuid",
    "bigint",
    "integer",
    "smallint",
)
# by t.id, or the order would be that of the text
READ = """SELECT {order}::text, left(t.{key}::text, {longest}), left(t.{name}::text, 1000)
    FROM {table} t WHERE {rest} ORDER BY {order} LIMIT {batch}"""
# what no pass could go on from
BESIDE = "SELECT count(*) FROM {table} t WHERE ({placed}) IS NOT TRUE"
PLACED = "length({order}::text) <= {longest}"
TAKE = """WITH given AS (
    SELECT %(type)s::text AS entity_type, entity_key, name
    FROM unnest(%(keys)s::text[], %(names)s::text[]) g (entity_key, name)),
seen AS (
    INSERT INTO enrichment_seenentity (entity_type, entity_key)
    SELECT entity_type, entity_key FROM given
    ON CONFLICT (entity_type, entity_key) DO NOTHING)
INSERT INTO enrichment_entity AS e (entity_type, entity_key, name, in_warehouse)
SELECT entity_type, entity_key, name, true FROM given ORDER BY entity_key
ON CONFLICT (entity_type, entity_key) DO UPDATE
SET name = excluded.name, in_warehouse = true
WHERE NOT e.in_warehouse OR e.name <> excluded.name"""
GONE = """UPDATE enrichment_entity e SET in_warehouse = false
    WHERE e.entity_type = %s AND e.in_warehouse
        AND NOT EXISTS (
            SELECT FROM enrichment_seenentity s
            WHERE s.entity_type = e.entity_type AND s.entity_key = e.entity_key)"""


@dataclass(frozen=True)
class Source:
    """Where entities of one type are in the warehouse."""

    entity_type: str
    table: str
    key: str
    name: str


@dataclass(frozen=True)
class Order:
    """By what the rows of a table are read, one after the other, and of which type that is."""

    by: sql.Composable
    kind: str

    @property
    def is_short(self) -> bool:
        """Whether every row can be gone on from."""
        return self.kind in SHORT

    @property
    def placed(self) -> sql.Composable:
        """Whether a row can be gone on from: it is not NULL, and not longer than a key can be."""
        return sql.SQL(PLACED).format(
            order=self.by,
            longest=sql.Literal(keys.LONGEST),
        )


@dataclass(frozen=True)
class Batch:
    """Rows of the warehouse as entities: name by key, how many had no key, and where to go on."""

    named: dict[str, str]
    rows: int
    refused: int
    position: str | None


SOURCES = (
    Source("company", "core.companies", "domain", "name"),
    Source("person", "core.people", "linkedin_url", "full_name"),
)


def sync(*, seconds: float | None) -> dict[str, int]:
    """Take over what the warehouse holds, until it is done or the time is up; returns rows read by type.

    Without `seconds` both passes are made whole, however recent the last ones are. A warehouse
    without such a table is none of ours; one that is away or slow leaves a problem for health.
    """
    until = None if seconds is None else time.monotonic() + seconds
    return {source.entity_type: _followed(source, until) for source in SOURCES}


def _followed(source: Source, until: float | None) -> int:
    try:
        table = catalog.demanded(source.table)
        return sum(_batches(source, table, until))
    except (TableRefused, WarehouseRefused) as refusal:
        log.warning("nothing taken over", table=source.table, reason=refusal.sentence)
        _note(source, refusal.sentence)
        return 0


def _batches(source: Source, table: Table, until: float | None) -> Iterator[int]:
    """Take a batch a transaction; yields the rows of each."""
    if not _is_due(source, at_once=until is None):
        return
    while until is None or time.monotonic() < until:
        rows = _take_next(source, table)
        yield rows
        if rows < BATCH:
            return


def _is_due(source: Source, *, at_once: bool) -> bool:
    """Whether a pass is under way, or the next one may begin."""
    mark, _ = EntitySync.objects.get_or_create(entity_type=source.entity_type)
    if mark.is_passing or mark.finished_at is None or at_once:
        return True
    return bool(timezone.now() - mark.finished_at >= PAUSE)


def _take_next(source: Source, table: Table) -> int:
    """Take the batch that comes next; two workers take turns at the row of the type."""
    with transaction.atomic():
        marks = EntitySync.objects.filter(entity_type=source.entity_type)
        mark = marks.select_for_update().get()
        if not mark.is_passing:
            _begin(mark)
        batch = _read(source, table, mark.position)
        _take(source.entity_type, batch.named)
        is_last = batch.rows < BATCH
        beside = _beside(source, table) if is_last else 0
        marks.update(
            position=None if is_last else batch.position,
            rows=F("rows") + batch.rows + beside,
            refused=F("refused") + batch.refused + beside,
            is_passing=not is_last,
            problem="",
        )
        if is_last:
            _finish(source.entity_type)
    return batch.rows


def _begin(mark: EntitySync) -> None:
    mark.position = None
    SeenEntity.objects.filter(entity_type=mark.entity_type).delete()
    EntitySync.objects.filter(pk=mark.pk).update(
        began_at=Now(),
        rows=0,
        refused=0,
    )


def _finish(entity_type: str) -> None:
    """Mark whoever was not met as gone, and end the pass."""
    with connection.cursor() as cursor:
        cursor.execute(GONE, [entity_type])
    SeenEntity.objects.filter(entity_type=entity_type).delete()
    EntitySync.objects.filter(entity_type=entity_type).update(finished_at=Now())


def _read(source: Source, table: Table, position: str | None) -> Batch:
    statement, given = _statement(source, table, position)
    with reading(seconds=READ_SECONDS) as cursor:
        cursor.execute(statement, given)
        rows = cursor.fetchall()
    named: dict[str, str] = {}
    refused = 0
    for _, raw, name in rows:
        key = _key(source.entity_type, raw)
        if key:
            named[key] = (name or "").strip()[:LONGEST]
        else:
            refused += 1
    return Batch(named, len(rows), refused, rows[-1][0] if rows else None)


def _key(entity_type: str, raw: str | None) -> str:
    """Return the key of a row; empty for what names nobody, or is longer than a key can be."""
    try:
        key = keys.normalised(entity_type, raw or "")
    except keys.KeyRefused:
        return ""
    return key if len(key) <= LONGEST else ""


def _beside(source: Source, table: Table) -> int:
    """Count the rows that no batch reads, since no pass could go on from them."""
    order = _order(source, table)
    if order.is_short:
        return 0
    statement = sql.SQL(BESIDE).format(
        table=table.identifier,
        placed=order.placed,
    )
    with reading(seconds=READ_SECONDS) as cursor:
        cursor.execute(statement)
        return int(cursor.fetchone()[0])


def _order(source: Source, table: Table) -> Order:
    """Choose the primary key where it is one column, else the key of the entity, as text."""
    if len(table.primary_key) == 1:
        (name,) = table.primary_key
        column = sql.SQL("t.{}").format(table.column(name))
        return Order(column, table.columns[name])
    # not every type of a view's column has an order
    text = sql.SQL("t.{}::text").format(table.column(source.key))
    return Order(text, "text")


def _statement(
    source: Source, table: Table, position: str | None
) -> tuple[sql.Composed, list[Any]]:
    """Write the next read, in the order of the table."""
    order = _order(source, table)
    statement = sql.SQL(READ).format(
        order=order.by,
        key=table.column(source.key),
        name=table.column(source.name),
        table=table.identifier,
        rest=_rest(order, position),
        batch=sql.Literal(BATCH),
        longest=sql.Literal(keys.LONGEST + 1),
    )
    return statement, [] if position is None else [position]


def _rest(order: Order, position: str | None) -> sql.Composable:
    """Say which rows are still to be read."""
    conditions = []
    if not order.is_short:
        conditions.append(order.placed)
    if position is not None:
        kind = sql.SQL(order.kind)
        beyond = sql.SQL("{} > %s::{}").format(order.by, kind)
        conditions.append(beyond)
    return sql.SQL(" AND ").join(conditions or [sql.SQL("true")])


def _take(entity_type: str, named: dict[str, str]) -> None:
    if not named:
        return
    given: dict[str, Any] = {
        "type": entity_type,
        "keys": list(named),
        "names": list(named.values()),
    }
    with connection.cursor() as cursor:
        cursor.execute(TAKE, given)


def _note(source: Source, problem: str) -> None:
    """Keep why a pass does not go on; where none ever began there is nothing to go on with."""
    marks = EntitySync.objects.filter(entity_type=source.entity_type)
    marks.update(problem=problem[:LONGEST_PROBLEM])
