"""How many live errors share facet values, without reading the errors."""

from collections.abc import Sequence
from typing import Any

from django.db import connection, models
from django.db.models import Count, Sum

from governance.models import ArchiveCount, ErrorCount, ErrorTable
from governance.models.archives import COUNTED as ARCHIVE_COUNTED
from governance.models.errors import COUNTED, facet_key
from outreach_admin.lists import tallies


def kept(counters: models.QuerySet[ErrorCount]) -> tallies.Cube:
    """Read the counters that triggers keep. One query over the distinct combinations, exact at any moment."""
    rows = (
        counters.order_by()
        .values_list(*COUNTED)
        .annotate(key=facet_key(), total=Sum("rows"))
        .exclude(total=0)
    )
    return _cube(rows, COUNTED)


def kept_by(*columns: str) -> dict[tuple[Any, ...], int]:
    """Read the counters by some of their columns only. One query, exact at any moment."""
    counted = (
        ErrorCount.objects.order_by()
        .values_list(*columns)
        .annotate(total=Sum("rows"))
        .exclude(total=0)
    )
    return {tuple(values): total for *values, total in counted}


def kept_archive(counters: models.QuerySet[ArchiveCount]) -> tallies.Cube:
    """Read the counters of the archive."""
    rows = (
        counters.order_by()
        .values_list(*ARCHIVE_COUNTED)
        .annotate(total=Sum("rows"))
        .exclude(total=0)
    )
    return _cube(rows, ARCHIVE_COUNTED)


def taken(
    rows: models.QuerySet[Any],
    *,
    narrowed: models.QuerySet[Any],
    names: Sequence[str] = COUNTED,
    seconds: float = tallies.PATIENCE,
) -> tallies.Cube:
    """Count live or archived errors by facet values from the rows themselves; after `seconds` settle for 10,000 of the narrowed ones."""

    def count(some: models.QuerySet[Any]) -> tallies.Cube:
        counted = some.order_by().values_list(*names)
        return _cube(counted.annotate(total=Count("pk")), names)

    found = tallies.within(seconds, lambda: count(rows))
    if found is not None:
        return found
    some = rows.model._default_manager.filter(
        pk__in=narrowed.order_by().values("pk")[: tallies.AT_LEAST]
    )
    return tallies.Cube(count(some).cells, at_least=True)


def navigation() -> dict[str, int]:
    """Count open errors, their groups, the archive and companies. One query over the counters."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT coalesce(sum(n), 0)::bigint, count(*),
                (SELECT coalesce(sum(rows), 0)::bigint FROM governance_archivecount),
                (SELECT coalesce(sum(rows), 0)::bigint FROM governance_readinesscount)
            FROM (
                SELECT sum(rows) AS n FROM governance_errorcount
                WHERE disposition IN ('RETRY', 'PARKED') GROUP BY error_table, code, message_key HAVING sum(rows) > 0) AS groups"""
        )
        counted = cursor.fetchone()
    return dict(zip(("errors", "groups", "archive", "companies"), counted, strict=True))


def _cube(rows: models.QuerySet[Any], names: Sequence[str]) -> tallies.Cube:
    hubs = dict(ErrorTable.objects.values_list("name", "hub_id"))
    cells = []
    for row in rows:
        values, total = row[: len(names)], row[-1]
        texts = {
            name: None if value is None else str(value)
            for name, value in zip(names, values, strict=True)
        }
        texts["hub"] = hubs.get(texts["error_table"] or "")
        key = row[-2] if len(row) > len(names) + 1 else None
        cells.append(tallies.Cell(texts, total, key=key))
    return tallies.Cube(cells)
