"""How many entities each workflow has in each state: the six buckets add up to all entities."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.db.models import Sum

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


def of(entity_type: str) -> list[Line]:
    """Return a line for each active workflow of that type, by name. Three queries, over counters alone."""
    whole = entities().get(entity_type, 0)
    counted = states()
    workflows = Workflow.objects.filter(is_active=True, key_type=entity_type)
    return [line(one, counted[one.workflow_name], whole) for one in workflows]


def line(workflow: Workflow, counted: dict[str, int], entities: int) -> Line:
    """Put the states of a workflow beside all entities; who has no state was not run."""
    buckets = {name: counted.get(name, 0) for name in BUCKETS}
    buckets["not_run"] = entities - sum(buckets.values())
    return Line(workflow, buckets)


def entities() -> dict[str, int]:
    """Count entities by type."""
    return _summed(EntityCount.objects.values_list("entity_type"))


def states() -> dict[str, dict[str, int]]:
    """Count states by workflow and status."""
    found: dict[str, dict[str, int]] = defaultdict(dict)
    rows = StateCount.objects.values_list("workflow_name", "status")
    for name, status, count in rows.annotate(rows_summed=Sum("rows")).order_by():
        found[name][status] = count
    return found


def _summed(rows: Any) -> dict[str, int]:
    return dict(rows.annotate(rows_summed=Sum("rows")).order_by())
