"""What the groups of errors read under one filter: screen and endpoint share it."""

from typing import Any

from django.db.models import QuerySet
from django.utils.functional import cached_property

from governance.filters.errors import ErrorFilter
from governance.models import ErrorCount
from governance.queries.errors import group_effects, groups
from governance.queries.errors.effects import Effect


class GroupListing:
    """One page of groups, the largest first, and what clearing each of them would do."""

    def __init__(
        self,
        filterset: ErrorFilter,
        grouping: str,
        *,
        after: int,
        size: int,
    ) -> None:
        filterset.check()
        self.filterset = filterset
        self.grouping = grouping
        self.after = after
        self.size = size

    @property
    def source(self) -> QuerySet[Any]:
        """Choose the counters where they know every filter and the way of grouping, else the rows."""
        counted = self.filterset.is_counted and self.grouping != "expiry"
        return (
            self.filterset.filter_queryset(ErrorCount.objects.all())
            if counted
            else self.filterset.qs
        )

    @cached_property
    def found(self) -> groups.GroupPage:
        return groups.found_in(
            self.source,
            self.grouping,
            after=self.after,
            size=self.size,
        )

    @property
    def later(self) -> int | None:
        """Return how many groups lie before the next page; None where there is none."""
        end = self.after + self.size
        return end if end < self.found.number else None

    @property
    def earlier(self) -> int | None:
        return max(0, self.after - self.size) if self.after else None

    @cached_property
    def effects(self) -> dict[groups.Key, Effect]:
        """Say what clearing each group would do."""
        return group_effects.of(
            self.filterset.qs,
            self.grouping,
            self.found.groups,
            at=self.filterset.as_of,
            narrowed=not self.filterset.is_empty,
        )
