"""How many live errors share facet values, without reading the errors."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection, models
from django.db.models import Count, Sum

from governance.models import ArchiveCount, ErrorCount
from governance.models.archives import COUNTED as ARCHIVE_COUNTED
from governance.models.errors import COUNTED, facet_key
from outreach_admin.lists import tallies

HUB = "(SELECT t.hub_id FROM governance_errortable t WHERE t.name = counted.error_table)"


def kept(counters: models.QuerySet[ErrorCount]) -> tallies.Cube:
    """Read the counters that triggers keep. One query over the distinct combinations, exact at any moment."""
    return _cube(_combinations(counters), COUNTED)


def whole() -> tallies.Cube:
    """Read the counters of all live errors: the same with a text made once, for most lists ask it."""
    return _read(*_whole_query(), COUNTED)


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


def _combinations(counters: models.QuerySet[ErrorCount]) -> models.QuerySet[Any]:
    counted = counters.order_by().values_list(*COUNTED)
    return counted.annotate(key=facet_key(), total=Sum("rows")).exclude(total=0)


@cache
def _whole_query() -> tuple[str, Sequence[Any]]:
    query, params = _combinations(ErrorCount.objects.all()).query.sql_with_params()
    return _with_hubs(query, COUNTED, keyed=True), params


def _cube(rows: models.QuerySet[Any], names: Sequence[str]) -> tallies.Cube:
    """Read combinations as texts, each with its hub."""
    try:
        query, params = rows.query.sql_with_params()
    except EmptyResultSet:
        return tallies.Cube()
    return _read(_with_hubs(query, names, keyed="key" in rows.query.annotations), params, names)


def _with_hubs(counted: str, names: Sequence[str], *, keyed: bool) -> str:
    columns = [f"counted.{name}::text" for name in names]
    key = "counted.key" if keyed else "NULL"
    return f"""SELECT {", ".join(columns)}, {HUB}, {key}, counted.total::bigint FROM ({counted}) AS counted"""


def _read(query: str, params: Sequence[Any], names: Sequence[str]) -> tallies.Cube:
    known = (*names, "hub")
    with connection.cursor() as cursor:
        cursor.execute(query, params)
        rows = cursor.fetchall()
    return tallies.Cube(
        [
            tallies.Cell(dict(zip(known, values, strict=True)), total, key=key)
            for *values, key, total in rows
        ]
    )
