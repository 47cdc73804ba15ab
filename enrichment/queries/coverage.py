"""How many entities each workflow has in each state: the six buckets add up to all entities."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, Sum

from enrichment.models import EntityCount, StateCount, Workflow
from enrichment.queries.status import BUCKETS


@dataclass(frozen=True)
class Line:
    """One workflow: entities by bucket."""

    workflow: Workflow
    buckets: dict[str, int]

    @property
    def entities(self) -> int:
        """All of them."""
        return sum(self.buckets.values())

    @property
    def covered(self) -> float:
        """The share that is completed, from 0 to 1."""
        return self.buckets["completed"] / self.entities if self.entities else 0.0


@dataclass(frozen=True)
class Coverage:
    """All of one type: its entities, a line for each active workflow, those of inactive ones apart.

    `untyped` are active workflows whose entry does not say what they are about.
    """

    entity_type: str
    entities: int
    lines: list[Line]
    inactive: list[Line]
    untyped: int

    @property
    def sums(self) -> Counter[str]:
        """Add the buckets of the active workflows up."""
        found: Counter[str] = Counter()
        for one in self.lines:
            found.update(one.buckets)
        return found


def whole(entity_type: str) -> Coverage:
    """Read the coverage of a type. Three queries, over counters alone."""
    count = entities().get(entity_type, 0)
    counted = states(entity_type)
    wanted = Q(key_type=entity_type) | Q(key_type=None, is_active=True)
    found = list(Workflow.objects.filter(wanted))
    typed = [one for one in found if one.key_type]
    lines = [line(one, counted[one.workflow_name], count) for one in typed]
    return Coverage(
        entity_type,
        count,
        [one for one in lines if one.workflow.is_active],
        [one for one in lines if not one.workflow.is_active],
        len(found) - len(typed),
    )


def of(entity_type: str) -> list[Line]:
    """Return a line for each active workflow of that type, by name. Three queries."""
    return whole(entity_type).lines


def line(workflow: Workflow, counted: dict[str, int], entities: int) -> Line:
    """Put the states of a workflow beside all entities; who has no state was not run."""
    buckets = {name: counted.get(name, 0) for name in BUCKETS}
    buckets["not_run"] = entities - sum(buckets.values())
    return Line(workflow, buckets)


def entities() -> dict[str, int]:
    """Count entities by type."""
    return _summed(EntityCount.objects.values_list("entity_type"))


def states(entity_type: str, names: Iterable[str] = ()) -> dict[str, dict[str, int]]:
    """Count states of entities of a type by workflow and status, for some workflows or for all."""
    found: dict[str, dict[str, int]] = defaultdict(dict)
    rows = StateCount.objects.filter(entity_type=entity_type)
    if names:
        rows = rows.filter(workflow_name__in=names)
    keyed = rows.values_list("workflow_name", "status")
    for name, status, count in keyed.annotate(rows_summed=Sum("rows")).order_by():
        found[name][status] = count
    return found


def _summed(rows: Any) -> dict[str, int]:
    return dict(rows.annotate(rows_summed=Sum("rows")).order_by())
