"""Open errors by cause, tries, owner or day of expiry: how many, since when, and what clearing them would do."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection, models
from django.db.models import Count, F, Q, Sum
from django.db.models.functions import TruncDate

from governance.models import Disposition, ErrorCount, ErrorPattern, HubError, Readiness
from governance.models.errors import OPEN_DISPOSITIONS
from outreach_admin.lists import tallies

DAYS = 14
GROUPINGS = {
    "cause": ("error_table", "code", "message_key"),
    "tries": ("error_table", "code", "retry_count"),
    "owner": ("owner",),
    "expiry": ("expiry_day",),
}
Key = tuple[Any, ...]


@dataclass(frozen=True)
class Group:
    """Open errors that share the values of a way of grouping; `tries` are its rows by tries used."""

    key: Key
    rows: int
    parked: int
    categories: frozenset[str] = frozenset()
    tries: dict[int, int] = field(default_factory=dict)


@dataclass(frozen=True)
class GroupPage:
    """One page of groups, the largest first, with how many there are and the rows in all of them."""

    groups: list[Group]
    number: int
    rows: int
    at_least: bool = False


@dataclass(frozen=True)
class Effect:
    """What clearing a group would change, and when its errors came.

    `last_blocker`: companies that nothing else would block; `gates`: of these, those that could be promoted to
    Outreach; `anchors`: failed company targets that could run again. `days`: rows created on each of the last 14 days.
    `at_least` where only some rows were read, `gates_at_least` where that concerns gates and anchors too.
    """

    companies: int
    last_blocker: int
    gates: int
    anchors: int
    first_seen: datetime
    last_seen: datetime
    days: tuple[int, ...]
    at_least: bool = False
    gates_at_least: bool = False


def open_only(queryset: models.QuerySet[Any]) -> models.QuerySet[Any]:
    """Narrow errors, or their counters, to what waits for somebody."""
    return queryset.filter(disposition__in=OPEN_DISPOSITIONS)


def found_in(
    source: models.QuerySet[Any], grouping: str, *, after: int = 0, size: int = 50
) -> GroupPage:
    """Read one page of groups, the largest first, days in order.

    `source`: the counters (three queries over the distinct combinations, exact), or the errors themselves
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
    dims = GROUPINGS[grouping]
    if grouping == "expiry":
        rows = rows.annotate(expiry_day=TruncDate("expires_at"))
    grouped = _grouped(rows, dims)
    whole = grouped.aggregate(number=Count("*"), rows=Sum("total"))
    order = dims if grouping == "expiry" else ("-total", *dims)
    page = list(grouped.order_by(*order)[after : after + size])
    cells = _cells(rows, dims, [row[:-1] for row in page])
    groups = [_group(key, row[-1], cells.get(key, [])) for row in page if (key := _key(row[:-1]))]
    return GroupPage(groups, whole["number"], whole["rows"] or 0)


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


def effects(
    errors: models.QuerySet[HubError], grouping: str, keys: Sequence[Key], *, at: datetime
) -> dict[Key, Effect]:
    """Say what clearing each group would do, in one set-based statement over its rows: at most 2 s, else from 10,000 rows a group.

    Gates and anchors are exact even then where the companies held back are few enough to be counted in time.
    """
    rows = open_only(errors)
    found = tallies.within(tallies.PATIENCE, lambda: _effects(rows, grouping, keys, at=at))
    if found is not None:
        return found
    held = tallies.within(
        tallies.PATIENCE, lambda: _effects(_held_back(rows), grouping, keys, at=at)
    )
    some = {
        key: effect
        for one in keys
        for key, effect in _effects(rows, grouping, [one], at=at, at_most=tallies.AT_LEAST).items()
    }
    return (
        some
        if held is None
        else {key: _with_gates(effect, held.get(key)) for key, effect in some.items()}
    )


def _held_back(rows: models.QuerySet[HubError]) -> models.QuerySet[HubError]:
    """Narrow errors to those of companies that nothing but errors keeps from promotion, or from a further run of the anchor."""
    done = Q(ct_done=True, dol_done=True, people_done=True, promotable=False)
    companies = ArraySubquery(Readiness.objects.filter(done | Q(ct_status="failed")).values("pk"))
    return rows.filter(
        models.Func(
            F("outreach_id"),
            companies,
            template="(%(expressions)s))",
            arg_joiner=" = ANY(",
            output_field=models.BooleanField(),
        )
    )


def _with_gates(effect: Effect, held: Effect | None) -> Effect:
    return replace(
        effect,
        gates=held.gates if held else 0,
        anchors=held.anchors if held else 0,
        gates_at_least=False,
    )


# days cannot be counted to infinity
FINITE = "least(greatest(m.created_at, '1900-01-01 00:00:00+00'), '9999-12-31 00:00:00+00')"
EFFECT = """
WITH mine AS MATERIALIZED ({rows}),
companies AS (
    SELECT {mine}, m.outreach_id, count(*) FILTER (WHERE m.blocks) AS n,
        count(*) FILTER (WHERE m.blocks AND governance.gate_of(t.hub_id) = 'ct') AS ct,
        count(*) FILTER (WHERE m.blocks AND governance.gate_of(t.hub_id) = 'dol') AS dol,
        count(*) FILTER (WHERE m.blocks AND governance.gate_of(t.hub_id) = 'people') AS people
    FROM mine m JOIN governance_errortable t ON t.name = m.error_table
    WHERE m.outreach_id IS NOT NULL GROUP BY {mine}, m.outreach_id),
cleared AS (
    SELECT {dims}, count(*) AS companies,
        count(*) FILTER (WHERE governance.unblocks(r, c.n)) AS last_blocker,
        count(*) FILTER (WHERE governance.opens_promotion(r, c.ct, c.dol, c.people)) AS gates,
        count(*) FILTER (WHERE r.ct_status = 'failed' AND governance.unblocks(r, c.n)) AS anchors
    FROM companies c LEFT JOIN governance_readiness r USING (outreach_id) GROUP BY {dims}),
seen AS (
    SELECT {dims}, min(first) AS first, max(last) AS last, array_agg(n) AS counted, array_agg(days_ago) AS days_ago
    FROM (
        SELECT {dims}, least(greatest(%s::date - ({created} AT TIME ZONE 'UTC')::date, -1), {days}) AS days_ago,
            count(*) AS n, min(m.created_at) AS first, max(m.created_at) AS last
        FROM mine m GROUP BY {dims}, days_ago) d
    GROUP BY {dims})
SELECT {dims}, companies, last_blocker, gates, anchors, first, last, counted, days_ago
FROM seen LEFT JOIN cleared USING ({dims})
"""


def _effects(
    rows: models.QuerySet[HubError],
    grouping: str,
    keys: Sequence[Key],
    *,
    at: datetime,
    at_most: int | None = None,
) -> dict[Key, Effect]:
    if not keys:
        return {}
    dims = GROUPINGS[grouping]
    chosen = (
        _chosen(rows, dims, keys).order_by().values(*dims, "outreach_id", "blocks", "created_at")
    )
    if "error_table" not in dims:
        chosen = chosen.values(*dims, "error_table", "outreach_id", "blocks", "created_at")
    sql, params = chosen[:at_most].query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(
            EFFECT.format(
                rows=sql,
                dims=", ".join(dims),
                mine=", ".join(f"m.{name}" for name in dims),
                days=DAYS,
                created=FINITE,
            ),
            [*params, at.date()],
        )
        return {
            _key(row[: len(dims)]): _effect(
                row[len(dims) :], at_least=bool(at_most) and sum(row[-2]) >= (at_most or 0)
            )
            for row in cursor.fetchall()
        }


def _effect(row: Sequence[Any], *, at_least: bool) -> Effect:
    companies, last_blocker, gates, anchors, first, last, counted_, days_ago = row
    by_day = dict(zip(days_ago, counted_, strict=True))
    days = tuple(by_day.get(ago, 0) for ago in reversed(range(DAYS)))
    return Effect(
        companies or 0,
        last_blocker or 0,
        gates or 0,
        anchors or 0,
        first,
        last,
        days,
        at_least,
        at_least,
    )


def _chosen(
    rows: models.QuerySet[HubError], dims: Sequence[str], keys: Sequence[Key]
) -> models.QuerySet[HubError]:
    """Narrow errors to those of the groups: the first value of each key decides where to look."""
    if dims == ("expiry_day",):
        rows = rows.annotate(expiry_day=TruncDate("expires_at"))
        first = min(key[0] for key in keys)
        last = max(key[0] for key in keys)
        if last < date.max:
            rows = rows.filter(expires_at__lt=_midnight(last + timedelta(days=1)))
        return rows.filter(
            expires_at__gte=_midnight(first), expiry_day__in=[key[0] for key in keys]
        )
    condition = Q()
    for key in keys:
        condition |= Q(**dict(zip(dims, key, strict=True)))
    return rows.filter(condition)


def _cells(
    rows: models.QuerySet[Any], dims: Sequence[str], keys: Sequence[Key]
) -> dict[Key, list[Any]]:
    """Read what the groups of one page consist of: rows by category, disposition and tries."""
    some = rows.filter(**{f"{dims[-1]}__in": {key[-1] for key in keys}})
    found: dict[Key, list[Any]] = {}
    for row in _grouped(some, [*dims, "category", "disposition", F("retry_count")]):
        found.setdefault(_key(row[: len(dims)]), []).append(row[len(dims) :])
    return found


def _group(key: Key, total: int, cells: Iterable[Any]) -> Group:
    tries: Counter[int] = Counter()
    categories, parked = set(), 0
    for category, disposition, used, rows in cells:
        tries[used] += rows
        categories.add(category)
        parked += rows if disposition == Disposition.PARKED else 0
    return Group(key, total, parked, frozenset(categories), dict(sorted(tries.items())))


def _key(values: Iterable[Any]) -> Key:
    return tuple(bytes(value) if isinstance(value, memoryview) else value for value in values)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
