"""The first errors of any filter in any order, whatever lies between them.

An index in the order asked for finds them late where a filter's rows stand at the other end. The counters know which
combinations of facet values there are, and an index holds the rows of each combination in order: the first
rows of each, merged, begin with the first rows of all.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, models
from django.db.models import Func, QuerySet

from governance.models import ErrorCount, HubError, TtlTier
from governance.models.errors import facet_key
from governance.queries.errors.causes import Causes
from outreach_admin.lists.keysfirst import KeysFirstPaginator
from outreach_admin.lists.paging import KeysetPaginator
from outreach_admin.lists.tallies import Cell

MOST_CELLS = 600
FEW = 5_000
NEAR = 2_000
MOST_CAUSES = 500
LIFE: dict[str, timedelta] = {
    TtlTier.SHORT: timedelta(days=7),
    TtlTier.MEDIUM: timedelta(days=30),
    TtlTier.LONG: timedelta(days=90),
}
# as PostgreSQL writes them: no row lies outside
EARLIEST, LATEST = "-infinity", "infinity"
FIRST_KEY, LAST_KEY = UUID(int=0), UUID(int=2**128 - 1)
HOLDS = (
    "(SELECT upper(x.body) FROM governance_errortext x WHERE x.error_id = near.id) LIKE upper(%s)"
)
OTHER_CLOCK = {"created_at": "expires", "expires_at": "created"}


@dataclass(frozen=True)
class FilterParts:
    """A filter of live errors taken apart.

    `rows` fit all of it, `unsearched` all but the searched `text`, `beside_facets` all but the text and the facets;
    `counters` are the combinations with their causes, narrowed as far as they know the filter; `cells` are the combinations of facet
    values that may fit, `whole` says that these are all there are, `exact` that they count the rows that fit; `spans` are the moments asked for (created_after and its
    like); `few` where an index of its own leads to the rows.
    """

    rows: QuerySet[Any]
    beside_facets: QuerySet[Any]
    cells: Sequence[Cell]
    whole: bool = False
    exact: bool = False
    text: str = ""
    spans: Mapping[str, datetime] = field(default_factory=dict)
    few: bool = False
    unsearched: QuerySet[Any] = field(default_factory=HubError.objects.all)
    counters: QuerySet[ErrorCount] = field(default_factory=ErrorCount.objects.all)


class ErrorPaginator(KeysFirstPaginator):
    """Page through live errors, cheap for every filter: keys first, then the rows of one page."""

    def __init__(
        self, queryset: QuerySet[Any], *, filtered: FilterParts, sort: str, size: int = 50
    ) -> None:
        super().__init__(queryset, sort=sort, size=size)
        self.filtered = filtered

    def _keys(self, *, descending: bool, beyond: list[Any] | None) -> list[UUID]:
        """Find the keys of the first rows: gathered where they are few, else merged, else as the database thinks best."""
        filtered = self.filtered
        if not filtered.cells:
            return []
        if filtered.few:
            return self._gathered(filtered.rows, descending=descending, beyond=beyond)
        if filtered.text:
            return self._searched(descending=descending, beyond=beyond)
        if self._is_plain():
            return self._planned(filtered.rows, descending=descending, beyond=beyond)
        return self._merged(descending=descending, beyond=beyond)

    def _is_plain(self) -> bool:
        """Whether the index in this order, or the one of a span asked for, leads to the first rows by itself."""
        other = OTHER_CLOCK.get(self.path)
        crossed = any(name.startswith(other) for name in self.filtered.spans) if other else False
        return (
            (self.filtered.whole and not crossed)
            or len(self.filtered.cells) > MOST_CELLS
            or bool(self.filtered.spans and other is None)
        )

    def _count_before(self, place: list[Any], most: int) -> int:
        """Count combination by combination, in no order, so that `most` entries are read of all together."""
        filtered = self.filtered
        if not filtered.cells:
            return 0
        if filtered.few or filtered.text or self._is_plain():
            return KeysetPaginator(filtered.rows, sort=self.sort)._count_before(place, most)
        found, params = self._of_each(most, descending=not self.descending, beyond=place)
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT count(*) FROM ({found} LIMIT %s) AS earlier", [*params, most])
            return int(cursor.fetchone()[0])

    def _searched(self, *, descending: bool, beyond: list[Any] | None) -> list[UUID]:
        """Look through the nearest rows for the text; where they do not fill a page, look by causes.

        Every row that holds it is gathered where causes do not help.
        """
        near = self._near(descending=descending, beyond=beyond)
        if len(near) > self.size or sum(cell.rows for cell in self.filtered.cells) <= self._reach:
            return near
        found = self._by_causes(descending=descending, beyond=beyond)
        if found is None:
            return self._gathered(self.filtered.rows, descending=descending, beyond=beyond)
        return found

    @property
    def _reach(self) -> int:
        """Say how many of the nearest rows are looked through."""
        cells = self.filtered.cells
        return NEAR if self.filtered.whole else max(self.size + 1, NEAR // len(cells))

    def _near(self, *, descending: bool, beyond: list[Any] | None) -> list[UUID]:
        params: Sequence[Any]
        if self.filtered.whole:
            rows = self._beyond(self.filtered.beside_facets, descending=descending, beyond=beyond)
            found, params = rows.values(*self._paths())[: self._reach].query.sql_with_params()
        else:
            found, params = self._first_of_each(self._reach, descending=descending, beyond=beyond)
        query = f"WITH near AS MATERIALIZED ({found}) SELECT id FROM near WHERE {HOLDS}"
        return self._read_keys(query, [*params, self._like()], descending=descending)

    def _by_causes(self, *, descending: bool, beyond: list[Any] | None) -> list[UUID] | None:
        """Merge the rows of causes that name the text with the few others that hold it; None where causes do not help.

        That a cause names the text is a guess: where one of the rows found does not hold it, nothing is known.
        """
        causes = Causes.naming(self.filtered.text, self.filtered.counters)
        cells = [cell for cell in self.filtered.cells if cell.key in causes.cells]
        if len(cells) > MOST_CELLS or len(causes.others) > MOST_CAUSES:
            return None
        sides: list[tuple[str, Sequence[Any]]] = []
        if cells:
            named = self._named(causes, cells)
            sides.append(named._first_of_each(self.size + 1, descending=descending, beyond=beyond))
        if causes.others:
            rows = self._beyond(
                causes.rest(self.filtered.unsearched), descending=descending, beyond=beyond
            )
            sides.append(rows.values(*self._paths())[: self.size + 1].query.sql_with_params())
        return self._united(sides, descending=descending) if sides else []

    def _united(
        self, sides: Sequence[tuple[str, Sequence[Any]]], *, descending: bool
    ) -> list[UUID] | None:
        both = " UNION ".join(f"({side})" for side, _ in sides)
        params = [param for _, some in sides for param in some]
        query = (
            f"SELECT id, {HOLDS} FROM ({both}) AS near ORDER BY {self._order(descending)} LIMIT %s"
        )
        with connection.cursor() as cursor:
            cursor.execute(query, [self._like(), *params, self.size + 1])
            found = cursor.fetchall()
        return [key for key, _ in found] if all(holds for _, holds in found) else None

    def _named(self, causes: Causes, cells: Sequence[Cell]) -> "ErrorPaginator":
        rows = causes.of_named(self.filtered.beside_facets)
        narrowed = replace(self.filtered, cells=cells, beside_facets=rows, exact=False)
        return ErrorPaginator(self.queryset, filtered=narrowed, sort=self.sort, size=self.size)

    def _like(self) -> str:
        return f"%{connection.ops.prep_for_like_query(self.filtered.text)}%"

    def _merged(self, *, descending: bool, beyond: list[Any] | None) -> list[UUID]:
        found, params = self._first_of_each(self.size + 1, descending=descending, beyond=beyond)
        return self._read_keys(f"SELECT id FROM ({found}) AS merged", params, descending=descending)

    def _first_of_each(
        self, most: int, *, descending: bool, beyond: list[Any] | None
    ) -> tuple[str, list[Any]]:
        """Write the query for the first rows of all, from the first rows of every combination of facet values."""
        found, params = self._of_each(most, descending=descending, beyond=beyond)
        return f"{found} ORDER BY {self._order(descending)} LIMIT {most}", params

    def _of_each(
        self, most: int, *, descending: bool, beyond: list[Any] | None
    ) -> tuple[str, list[Any]]:
        bounds = [
            bound
            for cell in self._nearest(most, descending=descending, beyond=beyond)
            if (bound := self._bound(cell, descending=descending, beyond=beyond))
        ]
        rows = self.filtered.beside_facets.alias(facets=facet_key()).filter(
            facets=_column("key", models.BigIntegerField())
        )
        if self.path == "retry_count":
            kind, rows = "uuid", _by_key(rows, descending=descending)
        else:
            kind, rows = "timestamptz", self._by_moment(rows)
            rows = self._beyond(rows, descending=descending, beyond=beyond)
        found, params = rows.values(*self._paths())[:most].query.sql_with_params()
        merged = f"SELECT t.* FROM unnest(%s::bigint[], %s::{kind}[], %s::{kind}[]) AS cells (key, first, last) CROSS JOIN LATERAL ({found}) t"
        columns = [list(column) for column in zip(*bounds, strict=True)] or [[], [], []]
        return merged, [*columns, *params]

    def _by_moment(self, rows: models.QuerySet[Any]) -> models.QuerySet[Any]:
        moments = models.DateTimeField()
        return rows.filter(
            **{
                f"{self.path}__gte": _column("first", moments),
                f"{self.path}__lte": _column("last", moments),
            }
        )

    def _nearest(self, most: int, *, descending: bool, beyond: list[Any] | None) -> Sequence[Cell]:
        """Leave out combinations that cannot come in: by tries, others that come first are known to be enough."""
        if self.path != "retry_count" or not self.filtered.exact:
            return self.filtered.cells
        by_tries: dict[int, list[Cell]] = {}
        for cell in self.filtered.cells:
            by_tries.setdefault(int(cell.values["retry_count"] or 0), []).append(cell)
        nearest: list[Cell] = []
        sure = 0
        for tries in sorted(by_tries, reverse=descending):
            if sure >= most:
                break
            nearest += by_tries[tries]
            is_beyond = beyond is None or (tries != beyond[0] and (tries < beyond[0]) is descending)
            sure += sum(cell.rows for cell in by_tries[tries]) if is_beyond else 0
        return nearest

    def _bound(
        self, cell: Cell, *, descending: bool, beyond: list[Any] | None
    ) -> tuple[Any, Any, Any] | None:
        """Say between which values of the order a combination's rows can lie; None where there are none after the place marker."""
        if self.path != "retry_count":
            return cell.key, *self._span(cell)
        if beyond is not None:
            tries, key = int(cell.values["retry_count"] or 0), beyond[1]
            if tries == beyond[0]:
                return cell.key, key, key
            if (tries > beyond[0]) is descending:
                return None
        return cell.key, FIRST_KEY, LAST_KEY

    def _span(self, cell: Cell) -> tuple[str, str]:
        """Turn a span of creation into one of expiry, or the other way round: rows of one combination live equally long."""
        spans, other = self.filtered.spans, OTHER_CLOCK[self.path]
        life = LIFE.get(cell.values["ttl_tier"] or "")
        if life is None:
            return EARLIEST, LATEST
        shift = life if self.path == "expires_at" else -life
        first, last = spans.get(f"{other}_after"), spans.get(f"{other}_before")
        return _shifted(first, shift) or EARLIEST, _shifted(last, shift) or LATEST


def _shifted(moment: datetime | None, by: timedelta) -> str:
    """Write a moment so much later; where that is beyond all years, the rows decide alone."""
    try:
        return (moment + by).isoformat() if moment else ""
    except OverflowError:
        return ""


def _by_key(rows: models.QuerySet[Any], *, descending: bool) -> models.QuerySet[Any]:
    # one combination has one number of tries, so the key alone orders its rows
    if descending:
        return rows.filter(pk__lt=_column("last", models.UUIDField())).order_by("-pk")
    return rows.filter(pk__gt=_column("first", models.UUIDField())).order_by("pk")


def _column(name: str, kind: "models.Field[Any, Any]") -> Func:
    """Refer to a column of the combinations that a query is run for."""
    return Func(function=name, template="cells.%(function)s", output_field=kind)
