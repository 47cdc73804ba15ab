"""What happened around one run: the other runs of the same entity and workflow, the requests that it made needless."""

from dataclasses import dataclass

from django.db.models import QuerySet

from enrichment.models import DataFlow, Run
from enrichment.models.runs import COUNTS

MOST = 50
REFUSALS = 20


@dataclass(frozen=True)
class LayerCounts:
    """What a run counted in one layer; None where nobody has said."""

    layer: str
    numbers: list[int | None]


def beside(run: Run) -> list[Run]:
    """List the newest 50 runs of the same workflow for the same entity, this one among them. One query."""
    rows = shown().filter(
        workflow=run.workflow_id,
        entity_type=run.entity_type,
        entity_key=run.entity_key,
    )
    newest = list(rows.order_by("-ran_at", "-pk")[: MOST + 1])
    return newest[:MOST]


def refusals(run: Run) -> list[Run]:
    """List the newest 20 requests that this run made needless. One query."""
    return list(shown().filter(refused_for=run).order_by("-ran_at", "-pk")[:REFUSALS])


def shown() -> QuerySet[Run]:
    """Return runs with what they are shown with."""
    return Run.objects.select_related("workflow", "by", "refused_for__workflow")


def layers(run: Run) -> list[LayerCounts]:
    """List what a run counted, in the order that records flow; layers that nobody named after them."""
    told = run.layers
    known = [layer.value for layer in DataFlow.Layer if layer.value in told]
    others = [name for name in told if name not in known]
    return [LayerCounts(name, _numbers(told[name])) for name in [*known, *others]]


def _numbers(counts: object) -> list[int | None]:
    told = counts if isinstance(counts, dict) else {}
    numbers = [told.get(name) for name in COUNTS]
    return [number if isinstance(number, int) else None for number in numbers]
