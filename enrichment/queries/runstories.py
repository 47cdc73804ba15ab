"""What happened around one run: the other runs of the same entity and workflow, the requests that it made needless."""

from dataclasses import dataclass

from django.db.models import QuerySet

from enrichment.models import DataFlow, Run
from enrichment.models.runs import COUNTS

MOST = 50
REFUSALS = 20
NEWEST = ("-ran_at", "-pk")


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
    return list(rows.order_by(*NEWEST)[:MOST])


def refusals(run: Run) -> tuple[int, list[Run]]:
    """Count the requests that this run made needless, and list the newest 20. Two queries."""
    needless = shown().filter(refused_for=run)
    newest = list(needless.order_by(*NEWEST)[:REFUSALS])
    return needless.count(), newest


def shown() -> QuerySet[Run]:
    """Return runs with what they are shown with."""
    return Run.objects.select_related(
        "workflow",
        "by",
        "refused_for__workflow",
    )


def layers(run: Run) -> list[LayerCounts]:
    """List what a run counted, in the order that records flow; layers that nobody named after them."""
    told = run.layers
    order = DataFlow.Layer.values
    named = filter(told.__contains__, order)
    others = told.keys() - set(order)
    return [
        LayerCounts(name, _numbers(told[name]))
        for name in (
            *named,
            *sorted(others),
        )
    ]


def _numbers(counts: object) -> list[int | None]:
    if not isinstance(counts, dict):
        return [None] * len(COUNTS)
    return [_number(counts.get(name)) for name in COUNTS]


def _number(told: object) -> int | None:
    return told if isinstance(told, int) else None
