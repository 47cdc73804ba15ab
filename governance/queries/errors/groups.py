"""Open errors by cause, tries, owner or day of expiry: how many, since when, and what clearing them would do."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection, models
from django.db.models import Count, F, Q, Sum
from django.db.models.functions import TruncDate

from governance.models import Disposition, ErrorCount, ErrorPattern, HubError
from governance.models.errors import OPEN_DISPOSITIONS
from outreach_admin.lists import tallies

GROUPINGS = {
    "cause": ("error_table", "code", "message_key"),
    "tries": ("error_table", "code", "retry_count"),
    "owner": ("owner",),
    "expiry": ("expiry_day",),
}
Key = tuple[Any, ...]


@dataclass(frozen=True)
class Group:
    """Open errors that share the values of a way of grouping.

    `tries` are its rows by tries used, `parked_tries` those of them that are parked.
    """

    key: Key
    rows: int
    parked: int
    categories: frozenset[str] = frozenset()
    tries: dict[int, int] = field(default_factory=dict)
    parked_tries: dict[int, int] = field(default_factory=dict)


@dataclass(frozen=True)
class GroupPage:
    """One page of groups, the largest first, with how many there are and the rows in all of them."""

    groups: list[Group]
    number: int
    rows: int
    at_least: bool = False


def open_only(queryset: models.QuerySet[Any]) -> models.QuerySet[Any]:
    """Narrow errors, or their counters, to what waits for somebody."""
    return queryset.filter(disposition__in=OPEN_DISPOSITIONS)


def found_in(
    source: models.QuerySet[Any], grouping: str, *, after: int = 0, size: int = 50
) -> GroupPage:
    """Read one page of groups, the largest first, days in order.

    `source`: the counters (two queries over the distinct combinations, exact), or the errors themselves
    (at most 2 s, else from 10,000 of them).
    """
    rows = open_only(source)
    if source.model is ErrorCount:
        return _page(rows, grouping, after, size)
    found = tallies.within(tallies.PATIENCE, lambda: _page(rows, grouping, after, size))
    if found is not None:
        return found
    some = HubError.objects.filter(pk__in=rows.order_by().values("pk")[: tallies.AT_LEAST])
    return replace(_page(some, grouping, after, size), at_least=True)


def number_of(counters: models.QuerySet[ErrorCount], grouping: str) -> int:
    """Count the groups."""
    return _grouped(open_only(counters), GROUPINGS[grouping]).count()


def closed(counters: models.QuerySet[ErrorCount]) -> list[dict[str, Any]]:
    """Count what is not open by table, code, category and disposition, the most first."""
    names = ("error_table", "code", "category", "disposition")
    rows = _grouped(counters.exclude(disposition__in=OPEN_DISPOSITIONS), names).order_by(
        "-total", "code"
    )
    return [dict(zip((*names, "total"), row, strict=True)) for row in rows]


def _page(rows: models.QuerySet[Any], grouping: str, after: int, size: int) -> GroupPage:
    if grouping == "expiry":
        return _days(rows, after, size)
    dims = GROUPINGS[grouping]
    grouped = _grouped(rows, dims)
    number, whole, page = _counted(grouped, dims, after, size)
    cells = _cells(rows, dims, [row[:-1] for row in page])
    groups = [_group(key, row[-1], cells.get(key, [])) for row in page if (key := key_of(row[:-1]))]
    return GroupPage(groups, number, whole)


def _counted(
    grouped: models.QuerySet[Any],
    dims: Sequence[str],
    after: int,
    size: int,
) -> tuple[int, int, list[Any]]:
    """Read one page of groups with the number of all and the rows in them: grouped once."""
    try:
        query, params = grouped.query.sql_with_params()
    except EmptyResultSet:
        return 0, 0, []
    columns = ", ".join(dims)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""WITH grouped AS MATERIALIZED ({query}),
            page AS (
                SELECT * FROM grouped ORDER BY total DESC, {columns} LIMIT %s OFFSET %s)
            SELECT whole.number, whole.rows, {columns}, total::bigint
            FROM (SELECT count(*) AS number, sum(total)::bigint AS rows FROM grouped) whole
            LEFT JOIN page ON true ORDER BY total DESC, {columns}""",
            [*params, size, after],
        )
        found = cursor.fetchall()
    number, whole = found[0][:2]
    return number, whole or 0, [row[2:] for row in found if row[-1] is not None]


def _days(rows: models.QuerySet[Any], after: int, size: int) -> GroupPage:
    """Read all days in one query: they are few, and an index holds all that is needed of the rows."""
    days: dict[Key, Counter[str]] = {}
    by_day = _grouped(
        rows.annotate(expiry_day=TruncDate("expires_at")), ("expiry_day", "disposition")
    )
    for day, disposition, count in by_day:
        days.setdefault((day,), Counter())[disposition] = count
    page = [
        Group(day, days[day].total(), days[day][Disposition.PARKED])
        for day in sorted(days)[after : after + size]
    ]
    return GroupPage(page, len(days), sum(found.total() for found in days.values()))


def sizes_of(grouping: str, keys: Sequence[Key]) -> dict[Key, int]:
    """Count all open rows of groups; nothing for days of expiry, which the counters do not know."""
    if grouping == "expiry":
        return {}
    dims = GROUPINGS[grouping]
    counted = _grouped(counters_of(grouping, keys), dims)
    return {key_of(row[:-1]): row[-1] for row in counted}


def counters_of(grouping: str, keys: Sequence[Key]) -> models.QuerySet[ErrorCount]:
    """Narrow the counters to open errors of groups that they know."""
    condition = Q()
    for key in keys:
        condition |= Q(**dict(zip(GROUPINGS[grouping], key, strict=True)))
    return open_only(ErrorCount.objects.filter(condition))


def _grouped(rows: models.QuerySet[Any], dims: Sequence[Any]) -> models.QuerySet[Any]:
    total = Sum("rows") if rows.model is ErrorCount else Count("pk")
    grouped: models.QuerySet[Any] = (
        rows.order_by().values_list(*dims).annotate(total=total).exclude(total=0)
    )
    return grouped


def patterns(groups: Sequence[Group]) -> dict[bytes, str]:
    """Read the normalised messages of groups by cause."""
    keys = [group.key[2] for group in groups]
    return {
        bytes(key): body
        for key, body in ErrorPattern.objects.filter(pk__in=keys).values_list("key", "body")
    }


def _cells(
    rows: models.QuerySet[Any], dims: Sequence[str], keys: Sequence[Key]
) -> dict[Key, list[Any]]:
    """Read what the groups of one page consist of: rows by category, disposition and tries."""
    some = rows.filter(**{f"{dims[-1]}__in": {key[-1] for key in keys}})
    found: dict[Key, list[Any]] = {}
    for row in _grouped(some, [*dims, "category", "disposition", F("retry_count")]):
        found.setdefault(key_of(row[: len(dims)]), []).append(row[len(dims) :])
    return found


def _group(key: Key, total: int, cells: Iterable[Any]) -> Group:
    tries: Counter[int] = Counter()
    parked: Counter[int] = Counter()
    categories = set()
    for category, disposition, used, rows in cells:
        tries[used] += rows
        categories.add(category)
        if disposition == Disposition.PARKED:
            parked[used] += rows
    return Group(
        key,
        total,
        parked.total(),
        frozenset(categories),
        dict(sorted(tries.items())),
        dict(parked),
    )


def key_of(values: Iterable[Any]) -> Key:
    """Make a group's key of the values that its rows share."""
    return tuple(bytes(value) if isinstance(value, memoryview) else value for value in values)
