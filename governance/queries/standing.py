"""How many companies stand alike, without reading the companies."""

from django.db.models import Sum

from governance.models import ReadinessCount
from governance.models.readiness import STANDING
from outreach_admin.lists.tallies import Cell, Cube

NONE = "none"
# the facet of the list that a counted column is known by, where it is another word
FACET_OF = {"address_state": "state"}
FLAGS = {True: "true", False: "false"}


def kept() -> Cube:
    """Read the counters that triggers keep: companies by facet values, an empty one as `none`. One query, exact at any moment."""
    counted = (
        ReadinessCount.objects.order_by()
        .values_list(*STANDING)
        .annotate(companies=Sum("rows"))
        .exclude(companies=0)
    )
    facets = [FACET_OF.get(column, column) for column in STANDING]
    return Cube(
        [Cell(dict(zip(facets, map(_text, values), strict=True)), n) for *values, n in counted]
    )


def _text(value: str | bool | None) -> str:
    if isinstance(value, bool):
        return FLAGS[value]
    return value or NONE
