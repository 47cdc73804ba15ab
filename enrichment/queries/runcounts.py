"""How many runs share facet values, and what needless requests saved."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, QuerySet, Sum

from enrichment.models import Run, RunCount, Workflow
from enrichment.models.runs import COUNTED
from outreach_admin.lists import tallies

FACETS = ("workflow", *COUNTED[1:])
# a sentence above a list waits for no more
MOST_SUMMED = 100_000


@dataclass(frozen=True)
class Saved:
    """Requests that a fresh run made needless, and the credits that they would have cost."""

    requests: int
    credits: Decimal
    at_least: bool = False


def kept() -> tallies.Cube:
    """Read the counters that triggers keep. Two queries, exact at any moment."""
    counters = RunCount.objects.order_by()
    counted = counters.values_list(*COUNTED)
    summed = counted.annotate(total=Sum("rows"))
    return _cube(summed.exclude(total=0))


def taken(
    rows: QuerySet[Run],
    *,
    narrowed: QuerySet[Run],
    seconds: float = tallies.PATIENCE,
) -> tallies.Cube:
    """Count by facet values from the rows themselves; after `seconds` settle for 10,000 of the narrowed ones."""
    found = tallies.within(seconds, lambda: _counted(rows))
    if found is not None:
        return found
    keys = narrowed.order_by().values("pk")
    nearest = keys[: tallies.AT_LEAST]
    some = _counted(Run.objects.filter(pk__in=nearest))
    return tallies.Cube(some.cells, at_least=True)


def saved(rows: QuerySet[Run]) -> Saved:
    """Sum what needless requests among `rows` saved, of the newest 100,000. One query."""
    needless = rows.filter(refused_for__isnull=False)
    newest = needless.order_by("-ran_at")
    summed = newest.values(
        "pk",
        "credits_saved",
    )
    found = summed[:MOST_SUMMED].aggregate(
        requests=Count("pk"),
        credits=Sum("credits_saved"),
    )
    return Saved(
        found["requests"],
        found["credits"] or Decimal(0),
        at_least=found["requests"] == MOST_SUMMED,
    )


def needless() -> int | None:
    """Count the requests that a fresh run made needless, by their index; None for more than 100,000."""
    rows = Run.objects.filter(refused_for__isnull=False).order_by()
    found = rows.values("pk")[: MOST_SUMMED + 1].count()
    return found if found <= MOST_SUMMED else None


def _counted(rows: QuerySet[Run]) -> tallies.Cube:
    counted = rows.order_by().values_list(*COUNTED)
    return _cube(counted.annotate(total=Count("pk")))


def _cube(rows: Iterable[tuple[Any, ...]]) -> tallies.Cube:
    names = dict(Workflow.objects.values_list("pk", "workflow_name"))
    cells = []
    for workflow, *values, total in rows:
        texts = zip(
            FACETS,
            (names[workflow], *values),
            strict=True,
        )
        cell = tallies.Cell(dict(texts), total)
        cells.append(cell)
    return tallies.Cube(cells)
