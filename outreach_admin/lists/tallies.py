"""How many rows there are: exact, or at least so many; by combinations of facet values."""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.db import OperationalError, connection, models, transaction
from psycopg.errors import QueryCanceled


@dataclass(frozen=True)
class Tally:
    """A count of rows; `at_least` where counting was stopped before the end."""

    count: int
    at_least: bool = False


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


@dataclass(frozen=True)
class Cube:
    """Errors counted by combinations of facet values; `at_least` where the counting was stopped."""

    cells: list[Cell] = field(default_factory=list)
    at_least: bool = False

    def fitting(self, wanted: Wanted) -> list[Cell]:
        """Give the cells of a filter: those where every facet has one of the wanted values."""
        cells = self.cells
        for name, values in wanted.items():
            # lists ask this for every view and chart, of a thousand cells: one facet after the other
            cells = [cell for cell in cells if cell.values[name] in values]
        return cells

    def total(self, wanted: Wanted) -> Tally:
        """Count the errors of a filter."""
        return Tally(sum(cell.rows for cell in self.fitting(wanted)), self.at_least)

    def by_facet(self, wanted: Wanted) -> dict[str, dict[str, Tally]]:
        """Count the errors per value of each facet, its own choice left out; most first. One pass over the cells."""
        counted: defaultdict[str, Counter[str]] = defaultdict(Counter)
        for cell in self.cells:
            missed = [name for name, values in wanted.items() if cell.values[name] not in values]
            for name in missed or cell.values:
                value = cell.values[name]
                if value is not None and len(missed) <= 1:
                    counted[name][value] += cell.rows
        return {
            name: {value: Tally(rows, self.at_least) for value, rows in found.most_common()}
            for name, found in counted.items()
        }


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
