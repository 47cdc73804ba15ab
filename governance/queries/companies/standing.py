"""How many companies stand alike: from the counters, which read no company, or from the companies themselves."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from django.db.models import Count, QuerySet, Sum

from governance.models import Readiness, ReadinessCount
from governance.models.readiness import STANDING, standing_key
from outreach_admin.lists import tallies
from outreach_admin.lists.tallies import Cell, Cube

NONE = "none"
# what is counted as the list writes it; all else is a text already
WORDS = {True: "true", False: "false", None: NONE, "": NONE}


def kept(columns: Sequence[str] = STANDING) -> Cube:
    """Read the counters that triggers keep: companies by facet values, an empty one as `none`. One query, exact at any moment.

    The fewer columns, the fewer cells.
    """
    counted = (
        ReadinessCount.objects.order_by()
        .values_list(*columns)
        .annotate(companies=Sum("rows"))
        .exclude(companies=0)
    )
    return Cube([Cell(_values(columns, values), number) for *values, number in counted])


def keyed() -> Cube:
    """Read the same with the number of each combination, which leads to its companies. One query."""
    counted = (
        ReadinessCount.objects.order_by()
        .values_list(*STANDING)
        .annotate(key=standing_key(), companies=Sum("rows"))
        .exclude(companies=0)
    )
    return Cube(
        [Cell(_values(STANDING, values), number, key=key) for *values, key, number in counted],
    )


def in_tiers(known: Cube) -> dict[str, int]:
    """Count the companies of every tier that has any."""
    found: Counter[str] = Counter()
    for cell in known.cells:
        found[str(cell.values["tier"])] += cell.rows
    return found


def taken(
    rows: QuerySet[Readiness],
    *,
    narrowed: QuerySet[Readiness],
    seconds: float = tallies.PATIENCE,
) -> Cube:
    """Count companies by facet values from the rows themselves; after `seconds` settle for 10,000 of the narrowed ones."""
    found = tallies.within(seconds, lambda: _counted(rows))
    if found is not None:
        return Cube(found)
    some = narrowed.order_by().values("pk")[: tallies.AT_LEAST]
    return Cube(_counted(Readiness.objects.filter(pk__in=some)), at_least=True)


def _counted(rows: QuerySet[Readiness]) -> list[Cell]:
    counted = rows.order_by().values_list(*STANDING).annotate(companies=Count("pk"))
    return [Cell(_values(STANDING, values), number) for *values, number in counted]


def _values(columns: Sequence[str], values: Sequence[Any]) -> dict[str, str | None]:
    texts = [WORDS.get(value, value) for value in values]
    return dict(zip(columns, texts, strict=True))
