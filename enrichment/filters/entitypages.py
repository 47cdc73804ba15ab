"""The list of companies and people: its pages, its number, the counts beside it."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.functional import cached_property

from enrichment.filters.entities import EntityFilter
from enrichment.models import EntityType
from enrichment.queries import coverage
from outreach_admin.lists import tallies
from outreach_admin.lists.listings import Listing
from outreach_admin.lists.paging import DEFAULT_SIZE, KeysetPaginator
from outreach_admin.lists.tallies import Tally


class EntityPaginator(KeysetPaginator):
    """Pages in the order of keys; states are read from the place in the list on, not from the first."""

    def __init__(self, filterset: EntityFilter, *, sort: str, size: int = DEFAULT_SIZE) -> None:
        super().__init__(filterset.qs, sort=sort, size=size)
        self.filterset = filterset

    def _ordered(self, *, backwards: bool, beyond: list[Any] | None) -> QuerySet[Any]:
        if beyond is not None:
            is_down = self.descending is not backwards
            side = "entity_key__lte" if is_down else "entity_key__gte"
            self.queryset = self.filterset.between(Q((side, beyond[0])))
        return super()._ordered(backwards=backwards, beyond=beyond)


class EntityListing(Listing):
    """Entities, counted from the counters where only type, workflow and state are asked for."""

    @property
    def is_counted(self) -> bool:
        return bool(self.filterset.is_counted)

    def paginator(self, *, sort: str, size: int = DEFAULT_SIZE) -> KeysetPaginator:
        return EntityPaginator(self.filterset, sort=sort, size=size)

    def total(self, *, seconds: float | None = tallies.PATIENCE) -> Tally:
        """Count from the counters, else the rows."""
        if not self.is_counted:
            return super().total(seconds=seconds)
        asked = self.filterset.asked["type"]
        kinds = [asked] if asked else EntityType.values
        return Tally(sum(self._of_kind(kind) for kind in kinds))

    def known_counts(self, name: str) -> Mapping[str, Tally] | None:
        """Count the rows per value of one facet from the counters; None where they do not know."""
        if not self.is_counted:
            return None
        if name == "type":
            return {kind: Tally(self._of_kind(kind)) for kind in EntityType.values}
        if name == "state" and self.filterset.named:
            buckets = self._buckets(self.filterset.named.key_type)
            return {state: Tally(count) for state, count in buckets.items()}
        return None

    def _of_kind(self, kind: str) -> int:
        workflow = self.filterset.named
        if workflow is None:
            return self._entities.get(kind, 0)
        if workflow.key_type != kind:
            return 0
        buckets = self._buckets(kind)
        return sum(buckets[state] for state in self.filterset.states)

    @cached_property
    def _entities(self) -> dict[str, int]:
        return coverage.entities()

    @cached_property
    def _states(self) -> dict[str, int]:
        workflow = self.filterset.named
        name = workflow.workflow_name
        return coverage.states(workflow.key_type, [name])[name]

    def _buckets(self, kind: str) -> dict[str, int]:
        entities = self._entities.get(kind, 0)
        return coverage.line(self.filterset.named, self._states, entities).buckets
