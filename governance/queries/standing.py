"""How many companies stand alike, without reading the companies."""

from collections.abc import Sequence

from django.db.models import Sum

from governance.models import ReadinessCount
from governance.models.readiness import STANDING
from outreach_admin.lists.tallies import Cell, Cube

NONE = "none"
# the facet of the list that a counted column is known by, where it is another word
FACET_OF = {"address_state": "state"}
FLAGS = {True: "true", False: "false"}


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
    facets = [FACET_OF.get(column, column) for column in columns]
    return Cube(
        [Cell(dict(zip(facets, map(_text, values), strict=True)), n) for *values, n in counted]
    )


def _text(value: str | bool | None) -> str:
    if isinstance(value, bool):
        return FLAGS[value]
    return value or NONE
