"""The first companies of any filter in any order, wherever in that order they stand.

The counters know how many companies fit and which combinations there are. Few are looked up by their
combinations and sorted; many are soon met along the index of the order. Where its nearest rows hold too
few of them, the first of every combination are merged.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import BigIntegerField, Field, Func, Model, QuerySet, UUIDField

from governance.models import Readiness
from governance.models.readiness import STANDING, standing_key
from governance.queries.companies import names
from outreach_admin.lists.keysfirst import KeysFirstPaginator
from outreach_admin.lists.paging import KeysetPaginator
from outreach_admin.lists.tallies import Cell, Tally

# so many rows are looked through along an order at least, before another way is tried
NEAR = 2_000
# and so many times as many as a page usually lies within
PATIENCE = 8
# looking a company up by its text takes as long as looking through so many rows along an order
AS_LONG = 4
# more than so many are joined as a whole instead of looked up one by one
MANY = 50_000
# by open errors, an index holds the rows of each combination in order: so many are merged at once
MOST_CELLS = 300
# a company's place is counted among so many rows before it
FURTHEST = 20_000
# worked out for rows that hold the text alone: it costs more than all else that is asked of a row
KEY = f"governance.standing_key({', '.join(STANDING)})"
HOLDS = "(upper(company_name) LIKE upper(%s) OR upper(domain) LIKE upper(%s))"
# a combination whose first row stands behind the first rows of a page's worth of others gives none
LEADING = """SELECT cells.key FROM unnest(%s::bigint[]) AS cells (key)
    CROSS JOIN LATERAL ({}) first ORDER BY {} LIMIT %s"""
LOOKED_UP = "SELECT t.* FROM ({}) AS holding CROSS JOIN LATERAL ({}) t"
EACH = "SELECT t.* FROM ({}) AS cells CROSS JOIN LATERAL ({}) t"


@dataclass(frozen=True)
class FilterParts:
    """A filter of companies taken apart.

    `rows` fit all of it. `cells` are the combinations of facet values that may fit, `everyone` says how many companies
    there are, `in_tiers` how many in each tier. `whole` says that no facet is filtered, `counted` that nothing else is;
    `texts` are what name and domain may hold, where nothing but facets is asked for beside: `by_facets` are the rows
    that fit these; `few` where an index of its own leads to the rows; `tier` where all of this is about one.
    """

    rows: QuerySet[Any]
    by_facets: QuerySet[Any]
    cells: Sequence[Cell]
    everyone: int
    in_tiers: Mapping[str, int]
    whole: bool = False
    counted: bool = False
    texts: tuple[str, ...] = ()
    few: bool = False
    tier: str = ""

    @property
    def number(self) -> int:
        """Count the companies of the combinations."""
        return sum(cell.rows for cell in self.cells)

    @property
    def keys(self) -> list[int]:
        """Return the numbers of the combinations."""
        return [cell.key for cell in self.cells if cell.key is not None]

    @property
    def tiers(self) -> list[str]:
        """Return the tiers of the combinations, the last first."""
        return sorted({str(cell.values["tier"]) for cell in self.cells})

    def of(self, tier: str) -> "FilterParts":
        """Narrow it to one tier."""
        return replace(
            self,
            rows=self.rows.filter(tier=tier),
            by_facets=self.by_facets.filter(tier=tier),
            cells=[cell for cell in self.cells if cell.values["tier"] == tier],
            everyone=self.in_tiers[tier],
            tier=tier,
        )


class CompanyPaginator(KeysFirstPaginator):
    """Page through companies, cheap for every filter."""

    def __init__(
        self,
        queryset: QuerySet[Readiness],
        *,
        filtered: FilterParts,
        sort: str,
        size: int = 50,
    ) -> None:
        super().__init__(queryset, sort=sort, size=size)
        self.filtered = filtered

    def _keys(self, *, descending: bool, beyond: list[Any] | None) -> list[UUID]:
        """Find the keys of the first rows by the way that reads the fewest."""
        filtered = self.filtered
        if not filtered.cells:
            return []
        if filtered.few:
            return self._gathered(filtered.rows, descending=descending, beyond=beyond)
        if filtered.texts:
            return self._searched(descending=descending, beyond=beyond)
        if filtered.whole or not filtered.counted:
            return self._planned(filtered.rows, descending=descending, beyond=beyond)
        return self._by_standing(descending=descending, beyond=beyond)

    def _by_standing(self, *, descending: bool, beyond: list[Any] | None) -> list[UUID]:
        filtered = self.filtered
        if self._are_few:
            return self._gathered(self._of_cells(), descending=descending, beyond=beyond)
        if self.path == "tier":
            return self._tier_by_tier(descending=descending, beyond=beyond)
        if self.path == "open_errors" and len(filtered.cells) <= MOST_CELLS:
            return self._merged(descending=descending, beyond=beyond)
        return self._met(descending=descending, beyond=beyond)

    def _tier_by_tier(self, *, descending: bool, beyond: list[Any] | None) -> list[UUID]:
        """Page through one tier after the other: how companies stand hangs together with their tier, their ids do not.

        Neighbouring tiers of which few companies fit are gathered at once.
        """
        found: list[UUID] = []
        tiers = self._tiers_left(descending=descending, beyond=beyond)
        for are_few, run in groupby(tiers, key=lambda tier: self._within(tier)._are_few):
            way = self._of_few if are_few else self._of_many
            found += way(list(run), descending=descending, beyond=beyond)
            if len(found) > self.size:
                break
        return found[: self.size + 1]

    def _tiers_left(self, *, descending: bool, beyond: list[Any] | None) -> list[str]:
        tiers = self.filtered.tiers
        if beyond:
            begun = beyond[0]
            tiers = [one for one in tiers if (one <= begun if descending else one >= begun)]
        return tiers[::-1] if descending else tiers

    def _of_few(
        self, tiers: list[str], *, descending: bool, beyond: list[Any] | None
    ) -> list[UUID]:
        rows = self._of_cells().filter(tier__in=tiers)
        return self._gathered(rows, descending=descending, beyond=beyond)

    def _of_many(
        self, tiers: list[str], *, descending: bool, beyond: list[Any] | None
    ) -> list[UUID]:
        found: list[UUID] = []
        for tier in tiers:
            after = beyond[1:] if beyond and beyond[0] == tier else None
            found += self._within(tier)._keys(descending=descending, beyond=after)
            if len(found) > self.size:
                break
        return found

    def _within(self, tier: str) -> "CompanyPaginator":
        return CompanyPaginator(
            self.queryset,
            filtered=self.filtered.of(tier),
            sort="pk",
            size=self.size,
        )

    @property
    def _are_few(self) -> bool:
        """Whether all that fit are fewer than the rows that a page usually lies within."""
        return self.filtered.number <= self._usual

    @property
    def _usual(self) -> int:
        return (self.size + 1) * self.filtered.everyone // self.filtered.number

    def _of_cells(self) -> QuerySet[Readiness]:
        keyed = Readiness.objects.alias(key=standing_key())
        return keyed.filter(key__in=self.filtered.keys)

    def _met(self, *, descending: bool, beyond: list[Any] | None) -> list[UUID]:
        """Go along the order; where a page does not come soon, merge the combinations."""
        reach = max(NEAR, PATIENCE * self._usual)
        near = self._near(reach, descending=descending, beyond=beyond)
        if len(near) > self.size or reach >= self.filtered.everyone:
            return near
        return self._merged(descending=descending, beyond=beyond)

    def _searched(self, *, descending: bool, beyond: list[Any] | None) -> list[UUID]:
        """Look for the text along the order where a page lies near enough; else look up every company that holds it."""
        near = self._near(NEAR, descending=descending, beyond=beyond)
        if len(near) > self.size or self.filtered.everyone <= NEAR:
            return near
        holding = names.expected(*self.filtered.texts)
        reach = self._reach(len(near))
        if 0 < reach <= AS_LONG * holding:
            near = self._near(reach, descending=descending, beyond=beyond)
        if len(near) > self.size:
            return near
        if holding > MANY:
            return self._gathered(self.filtered.rows, descending=descending, beyond=beyond)
        return self._looked_up(descending=descending, beyond=beyond)

    def _reach(self, found: int) -> int:
        """Say how far a page lies, and once as far again, if the text goes on as in the nearest rows; 0 if unknown."""
        return 2 * NEAR * (self.size + 1) // found if found else 0

    def _looked_up(self, *, descending: bool, beyond: list[Any] | None) -> list[UUID]:
        """Find the companies that hold the text by its letters, and read of each where it stands in the order."""
        one = self.filtered.by_facets.filter(pk=_column("holding.outreach_id", UUIDField()))
        ordered = self._beyond(one, descending=descending, beyond=beyond)
        each, with_each = ordered.order_by().values(*self._paths())[:1].query.sql_with_params()
        holding, with_texts = names.holding(*self.filtered.texts).query.sql_with_params()
        query = f"SELECT outreach_id FROM ({LOOKED_UP.format(holding, each)}) AS found"
        return self._read_keys(query, [*with_texts, *with_each], descending=descending)

    def _near(self, reach: int, *, descending: bool, beyond: list[Any] | None) -> list[UUID]:
        found, params = self._nearest(reach, descending=descending, beyond=beyond)
        held, asked = self._condition()
        query = f"SELECT outreach_id FROM ({found}) AS near WHERE {held}"
        return self._read_keys(query, [*params, *asked], descending=descending)

    def _nearest(
        self, reach: int, *, descending: bool, beyond: list[Any] | None
    ) -> tuple[str, Sequence[Any]]:
        rows = Readiness.objects.all()
        if self.filtered.tier:
            rows = rows.filter(tier=self.filtered.tier)
        ordered = self._beyond(rows, descending=descending, beyond=beyond)
        shown = {*STANDING, "company_name", "domain", *self._paths()}
        return ordered.values(*sorted(shown))[:reach].query.sql_with_params()

    def _condition(self) -> tuple[str, list[Any]]:
        conditions: dict[str, list[Any]] = {}
        if self.filtered.texts:
            conditions[HOLDS] = [_like(text) for text in self.filtered.texts]
        if not self.filtered.whole:
            conditions[f"{KEY} = ANY (%s)"] = [self.filtered.keys]
        params = [param for some in conditions.values() for param in some]
        return " AND ".join(conditions) or "true", params

    def _merged(self, *, descending: bool, beyond: list[Any] | None) -> list[UUID]:
        """Read the first rows of the combinations that begin first; by open errors, an index holds them in order."""
        most = self.size + 1
        of_cell = Readiness.objects.alias(key=standing_key()).filter(
            key=_column("cells.key", BigIntegerField())
        )
        ordered = self._beyond(of_cell, descending=descending, beyond=beyond)
        rows = ordered.values(*self._paths())
        first, with_first = rows[:1].query.sql_with_params()
        found, with_found = rows[:most].query.sql_with_params()
        leading = LEADING.format(first, self._order(descending))
        query = f"SELECT outreach_id FROM ({EACH.format(leading, found)}) AS merged"
        params = [self.filtered.keys, *with_first, most, *with_found]
        return self._read_keys(query, params, descending=descending)

    def rank(self, row: Model, *, most: int = FURTHEST) -> Tally:
        """Count the rows up to this one: exactly where few fit, else among the `most` that stand nearest before."""
        filtered = self.filtered
        is_on_the_way = bool(filtered.texts) or (filtered.counted and not self._are_few)
        if is_on_the_way and not filtered.few:
            return self._rank_near(self._place(row), most)
        rows = self._of_cells() if filtered.counted else filtered.rows
        return KeysetPaginator(rows, sort=self.sort).rank(row)

    def _rank_near(self, place: list[Any], most: int) -> Tally:
        found, params = self._nearest(most, descending=not self.descending, beyond=place)
        held, asked = self._condition()
        query = f"SELECT count(*), count(*) FILTER (WHERE {held}) FROM ({found}) AS near"
        with connection.cursor() as cursor:
            cursor.execute(query, [*asked, *params])
            looked_at, before = cursor.fetchone()
        return Tally(before + 1, at_least=looked_at == most)


def _column(name: str, field: "Field[Any, Any]") -> Func:
    return Func(template=name, output_field=field)


def _like(text: str) -> str:
    return f"%{connection.ops.prep_for_like_query(text)}%"
