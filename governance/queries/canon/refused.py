"""What was refused of each tool of late, as the cases of violations tell it."""

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from django.db import connection
from django.db.models import Count, Q

from governance.models import Disposition, ViolationCase

SHOWN = 4
# one probe of an index for each tool, whatever the queue holds
BY_TOOL = """
SELECT t.tool, l.id, l.code, l.at, n.refused
FROM unnest(%s::text[]) t (tool)
CROSS JOIN LATERAL (
    SELECT c.id, c.code, c.at FROM governance_violationcase c
    WHERE c.tool = t.tool ORDER BY c.at DESC, c.id DESC LIMIT 1) l
CROSS JOIN LATERAL (
    SELECT count(*) AS refused FROM governance_violationcase c
    WHERE c.tool = t.tool AND c.at >= %s) n"""


class Last(NamedTuple):
    """The last violation of a tool, and how many there are since a day."""

    id: int
    code: str
    at: datetime
    refused: int


class Totals(NamedTuple):
    """Violations since a day: all, those set aside, those that may be tried again."""

    refused: int
    parked: int
    retry: int


def by_tool(slugs: Collection[str], *, since: datetime) -> dict[str, Last]:
    """Return the last violation of each of these tools that has any. One query."""
    with connection.cursor() as cursor:
        cursor.execute(BY_TOOL, [list(slugs), since])
        return {tool: Last(*rest) for tool, *rest in cursor.fetchall()}


def totals(*, since: datetime) -> Totals:
    """Count the violations of all tools. One query."""
    rows = ViolationCase.objects.filter(at__gte=since)
    found = rows.aggregate(
        refused=Count("pk"),
        parked=Count("pk", filter=Q(disposition=Disposition.PARKED)),
        retry=Count("pk", filter=Q(disposition=Disposition.RETRY)),
    )
    return Totals(**found)


def latest(slug: str) -> list[ViolationCase]:
    """Return the last violations of a tool with what the guard said, the newest first. One query."""
    rows = ViolationCase.objects.filter(tool=slug).select_related("violation", "outreach__company")
    return list(rows.order_by("-at", "-pk")[:SHOWN])
