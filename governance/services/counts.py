"""How many live errors share facet values, without reading the errors."""

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.db import OperationalError, connection, models, transaction
from django.db.models import Count, Sum
from psycopg.errors import QueryCanceled

from governance.models import ArchiveCount, ErrorCount, ErrorTable
from governance.models.archives import COUNTED as ARCHIVE_COUNTED
from governance.models.errors import COUNTED, facet_key
from outreach_admin.ui.facets import Tally

PATIENCE = 2.0
AT_LEAST = 10_000

Wanted = Mapping[str, Collection[str]]
Found = TypeVar("Found")


@dataclass(frozen=True)
class Cell:
    """How many errors share these facet values; `values` are texts, None where the error has none; `key` is governance.facet_key of them."""

    values: Mapping[str, str | None]
    rows: int
    key: int | None = None

    def fits(self, wanted: Wanted, *, but: str = "") -> bool:
        """Whether every facet has one of the wanted values, `but` left out."""
        return all(name == but or self.values[name] in values for name, values in wanted.items())


@dataclass(frozen=True)
class Cube:
    """Errors counted by combinations of facet values; `at_least` where the counting was stopped."""

    cells: list[Cell] = field(default_factory=list)
    at_least: bool = False

    def fitting(self, wanted: Wanted) -> Iterator[Cell]:
        """Give the cells of a filter."""
        return (cell for cell in self.cells if cell.fits(wanted))

    def total(self, wanted: Wanted) -> Tally:
        """Count the errors of a filter."""
        return Tally(sum(cell.rows for cell in self.fitting(wanted)), self.at_least)

    def by(self, name: str, wanted: Wanted) -> dict[str, Tally]:
        """Count the errors per value of one facet, its own choice left out; most first."""
        counted: Counter[str] = Counter()
        for cell in self.cells:
            value = cell.values[name]
            if value is not None and cell.fits(wanted, but=name):
                counted[value] += cell.rows
        return {value: Tally(rows, self.at_least) for value, rows in counted.most_common()}


def kept(counters: models.QuerySet[ErrorCount]) -> Cube:
    """Read the counters that triggers keep. One query over the distinct combinations, exact at any moment."""
    rows = (
        counters.order_by()
        .values_list(*COUNTED)
        .annotate(key=facet_key(), total=Sum("rows"))
        .exclude(total=0)
    )
    return _cube(rows, COUNTED)


def kept_archive(counters: models.QuerySet[ArchiveCount]) -> Cube:
    """Read the counters of the archive."""
    rows = (
        counters.order_by()
        .values_list(*ARCHIVE_COUNTED)
        .annotate(total=Sum("rows"))
        .exclude(total=0)
    )
    return _cube(rows, ARCHIVE_COUNTED)


def taken(
    rows: models.QuerySet[Any],
    *,
    narrowed: models.QuerySet[Any],
    names: Sequence[str] = COUNTED,
    seconds: float = PATIENCE,
) -> Cube:
    """Count live or archived errors by facet values from the rows themselves; after `seconds` settle for 10,000 of the narrowed ones."""

    def count(some: models.QuerySet[Any]) -> Cube:
        return _cube(some.order_by().values_list(*names).annotate(total=Count("pk")), names)

    found = within(seconds, lambda: count(rows))
    if found is not None:
        return found
    some = rows.model._default_manager.filter(pk__in=narrowed.order_by().values("pk")[:AT_LEAST])
    return Cube(count(some).cells, at_least=True)


def rows_of(queryset: models.QuerySet[Any], *, seconds: float | None = PATIENCE) -> Tally:
    """Count rows exactly; after `seconds` (None: never) settle for "at least"."""
    if seconds is None:
        return Tally(queryset.order_by().count())
    found = within(seconds, lambda: queryset.order_by().count())
    if found is not None:
        return Tally(found)
    return Tally(queryset.order_by().values("pk")[:AT_LEAST].count(), at_least=True)


def within(seconds: float, read: Callable[[], Found]) -> Found | None:
    """Return what `read` finds in the database, or None when a statement takes longer than `seconds`."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT set_config('statement_timeout', %s, true)", [f"{seconds * 1000:.0f}"]
            )
            found = read()
            cursor.execute("SET LOCAL statement_timeout TO DEFAULT")
    except OperationalError as failure:
        if isinstance(failure.__cause__, QueryCanceled):
            return None
        raise
    return found


def navigation() -> dict[str, int]:
    """Count open errors, their groups and the archive. One query over the counters."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT coalesce(sum(n), 0)::bigint, count(*), (SELECT coalesce(sum(rows), 0)::bigint FROM governance_archivecount) FROM (
                SELECT sum(rows) AS n FROM governance_errorcount
                WHERE disposition IN ('RETRY', 'PARKED') GROUP BY error_table, code, message_key HAVING sum(rows) > 0) AS groups"""
        )
        return dict(zip(("errors", "groups", "archive"), cursor.fetchone(), strict=True))


def fold() -> int:
    """Merge the recorded changes of queue and archive into one row per combination; no sum changes. Returns the rows left."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT governance.fold_errorcount() + governance.fold_archivecount()")
        return int(cursor.fetchone()[0])


def _cube(rows: models.QuerySet[Any], names: Sequence[str]) -> Cube:
    hubs = dict(ErrorTable.objects.values_list("name", "hub_id"))
    cells = []
    for row in rows:
        values, total = row[: len(names)], row[-1]
        texts = {
            name: None if value is None else str(value)
            for name, value in zip(names, values, strict=True)
        }
        texts["hub"] = hubs.get(texts["error_table"] or "")
        cells.append(Cell(texts, total, key=row[-2] if len(row) > len(names) + 1 else None))
    return Cube(cells)
