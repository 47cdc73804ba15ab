"""What a list reads under one filter: screens and endpoints share it."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Count
from django.utils.functional import cached_property

from outreach_admin.lists import tallies
from outreach_admin.lists.filters import StrictFilterSet
from outreach_admin.lists.paging import DEFAULT_SIZE, KeysetPaginator
from outreach_admin.lists.tallies import Cube, Tally


class Listing:
    """Pages of rows, their number and the counts beside them, asked of the rows themselves."""

    def __init__(self, filterset: Any) -> None:
        self.filterset: Any = filterset

    @property
    def is_counted(self) -> bool:
        """Whether the number of rows is known without counting them."""
        return False

    def paginator(self, *, sort: str, size: int = DEFAULT_SIZE) -> KeysetPaginator:
        """Give what walks the rows; `sort` is a field path with sign."""
        return KeysetPaginator(self.filterset.qs, sort=sort, size=size)

    def total(self, *, seconds: float | None = None) -> Tally:
        """Count the rows; "at least" where that takes longer than `seconds`."""
        return tallies.rows_of(self.filterset.qs, seconds=seconds)

    def facet_counts(self, name: str) -> Mapping[str, Tally]:
        """Count the rows per value of one facet, its own choice left out."""
        filterset: StrictFilterSet = self.filterset
        field = filterset.filters[name].field_name
        rows = filterset.without(name).qs.order_by().values_list(field)
        counted = rows.annotate(Count("pk"))
        return {text_of(value): Tally(count) for value, count in counted if value is not None}


def text_of(value: object) -> str:
    """Write a value as addresses do."""
    return str(value).lower() if isinstance(value, bool) else str(value)


class CountedListing(Listing):
    """A list whose number and facets come from counters that triggers keep, where these know enough."""

    @property
    def is_counted(self) -> bool:
        """Whether the counters know every filter that is active."""
        return bool(self.filterset.is_counted)

    @cached_property
    def whole(self) -> Cube:
        """Read the counters of all rows."""
        raise NotImplementedError

    @cached_property
    def cube(self) -> Cube:
        """Count by facet values what the other filters leave."""
        raise NotImplementedError

    def total(self, *, seconds: float | None = tallies.PATIENCE) -> Tally:
        """Count from the counters, else the rows."""
        if self.is_counted:
            return self.cube.total(self.filterset.wanted)
        return super().total(seconds=seconds)

    def facet_counts(self, name: str) -> Mapping[str, Tally]:
        """Count the rows per value of one facet, its own choice left out; all facets are counted at once."""
        return self._by_facet.get(name, {})

    @cached_property
    def _by_facet(self) -> Mapping[str, Mapping[str, Tally]]:
        return self.cube.by_facet(self.filterset.wanted)
