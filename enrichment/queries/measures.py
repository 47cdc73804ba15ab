"""How many rows and keys the tables of a workflow hold, as far as the warehouse tells in time."""

import time
from collections.abc import Iterable
from dataclasses import dataclass

from psycopg import sql

from enrichment.exceptions import TableRefused, WarehouseRefused
from enrichment.models import DataFlow
from enrichment.warehouse import catalog, connection

# seconds for one table, and for all of a workflow together
PATIENCE, LIMIT = 2.0, 5.0
NO_TIME = "The other tables took all the time there is."
COUNTED = sql.SQL("SELECT count(*), {keys} FROM {table}")
NO_KEYS = sql.SQL("NULL::bigint")


@dataclass(frozen=True)
class Measure:
    """One table: None where nobody knows, and then why."""

    flow: DataFlow
    rows: int | None = None
    keys: int | None = None
    problem: str = ""


def of(flows: Iterable[DataFlow]) -> list[Measure]:
    """Count rows and distinct keys of each table; what is away, slow or not allowed is unknown, never 0."""
    end = time.monotonic() + LIMIT
    with catalog.remembering():
        return [_measured(flow, end - time.monotonic()) for flow in flows]


def _measured(flow: DataFlow, left: float) -> Measure:
    if left <= 0:
        return Measure(flow, problem=NO_TIME)
    try:
        rows, keys = _counted(flow, min(PATIENCE, left))
    except (TableRefused, WarehouseRefused) as refusal:
        return Measure(flow, problem=refusal.sentence)
    return Measure(flow, rows, keys)


def _counted(flow: DataFlow, seconds: float) -> tuple[int, int | None]:
    table = catalog.demanded(flow.table_name)
    statement = COUNTED.format(
        keys=_distinct(table, flow.key_columns),
        table=table.identifier,
    )
    with connection.reading(seconds=seconds) as cursor:
        cursor.execute(statement)
        rows, keys = cursor.fetchone()
    return rows, keys


def _distinct(table: catalog.Table, keys: list[str]) -> sql.Composable:
    """Count what the keys of a flow tell apart; whatever the catalog does not have is refused."""
    if not keys:
        return NO_KEYS
    columns = sql.SQL(", ").join(table.column(key) for key in keys)
    return sql.SQL("count(DISTINCT ({}))").format(columns)
