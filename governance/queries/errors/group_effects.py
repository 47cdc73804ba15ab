"""What clearing groups of open errors would do, and when their errors came.

It is counted now, or a moment ago where groups are large.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection, models
from django.db.models import F, Q, Sum
from django.db.models.functions import TruncDate

from governance.models import ErrorCount, ErrorTable, GroupEffects, HubError, Readiness
from governance.models.errors import facet_key
from governance.queries.errors.effects import Effect, counted, effect_of, facts_of, written
from governance.queries.errors.groups import (
    GROUPINGS,
    Group,
    Key,
    counters_of,
    open_only,
    sizes_of,
)
from outreach_admin.lists import tallies

# rows that are read within a fifth of a second where they lie together, and where they lie apart
READ_WHOLE, READ_APART = 40_000, 10_000
# a page of smaller groups holds fewer rows than are read now
KEPT_FROM = 200
KEPT_FOR = timedelta(minutes=10)
ONE_DAY = timedelta(days=1)


def of(
    errors: models.QuerySet[HubError],
    grouping: str,
    page: Sequence[Group],
    *,
    at: datetime,
    narrowed: bool = False,
) -> dict[Key, Effect]:
    """Say what clearing each group of a page would do.

    Large groups come from the worker's last counting, where that is not older than ten minutes and
    `errors`, if `narrowed`, still hold all of the group; the others are read now: at most 2 s, else 10,000 rows of each.
    """
    large = _large(page)
    known = kept(grouping, at=at) if large else {}
    if narrowed and known:
        sizes = sizes_of(grouping, [group.key for group in large])
        large = [group for group in large if sizes.get(group.key) == group.rows]
    found = {
        group.key: known[key] for group in large if (key := tuple(written(group.key))) in known
    }
    rest = [group for group in page if group.key not in found]
    if not rest:
        return found
    if sum(group.rows for group in rest) <= READ_WHOLE:
        errors = _looked_up(errors, grouping, rest)
    return found | _read(errors, grouping, [group.key for group in rest], at=at)


def is_read_at_once(page: Sequence[Group]) -> bool:
    """Say whether the rows of a page are few enough to be read with it."""
    return sum(group.rows for group in page) <= READ_WHOLE


def _large(page: Sequence[Group]) -> list[Group]:
    """Leave out the groups that may be read now: all of a small page, else the smallest."""
    if is_read_at_once(page):
        return []
    rows, large = 0, []
    for group in sorted(page, key=lambda group: group.rows):
        rows += group.rows
        if rows > READ_APART:
            large.append(group)
    return large


def kept(grouping: str, *, at: datetime) -> dict[Key, Effect]:
    """Read the worker's last counting of large groups, by keys as JSON holds them.

    Nothing where it is older than ten minutes or of another day.
    """
    found = GroupEffects.objects.filter(pk=grouping, counted_at__gt=at - KEPT_FOR).first()
    if found is None or found.counted_at.date() != at.date():
        return {}
    return {
        tuple(key): effect
        for key, facts in found.effects
        if (effect := effect_of(facts, found.counted_at))
    }


def are_few() -> bool:
    """Say whether all open errors together are few enough to be read for a page."""
    rows = open_only(ErrorCount.objects.all()).aggregate(total=Sum("rows"))["total"]
    return (rows or 0) <= READ_WHOLE


def of_large(grouping: str, *, at: datetime) -> list[tuple[list[Any], dict[str, Any]]]:
    """Count what clearing each large group would do, from every open error; as key and facts that JSON can hold."""
    dims = GROUPINGS[grouping]
    rows = _by_day(open_only(HubError.objects.all()))
    found = counted(rows, dims, at=at, at_least=KEPT_FROM)
    return [(written(key), facts_of(effect)) for key, effect in found.items()]


def stamp() -> int | None:
    """Return a number that changes with every change of what effects depend on.

    None where the database does not count changes.
    """
    tables = [model._meta.db_table for model in (HubError, Readiness, ErrorTable)]
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT CASE WHEN current_setting('track_counts')::boolean THEN sum(
                pg_stat_get_tuples_inserted(oid) + pg_stat_get_tuples_updated(oid) + pg_stat_get_tuples_deleted(oid)
            )::bigint END FROM unnest(%s::regclass[]) AS changed (oid)""",
            [tables],
        )
        found: int | None = cursor.fetchone()[0]
        return found


def _read(
    errors: models.QuerySet[HubError], grouping: str, keys: Sequence[Key], *, at: datetime
) -> dict[Key, Effect]:
    """Count in one set-based statement over the rows, at most 2 s, else from 10,000 rows a group.

    Gates and anchors are exact even then where the companies held back are few enough to be counted in time.
    """
    rows = open_only(errors)
    found = tallies.within(tallies.PATIENCE, lambda: _of_keys(rows, grouping, keys, at=at))
    if found is not None:
        return found
    held = tallies.within(
        tallies.PATIENCE, lambda: _of_keys(_held_back(rows), grouping, keys, at=at)
    )
    some = {
        key: effect
        for one in keys
        for key, effect in _of_keys(rows, grouping, [one], at=at, at_most=tallies.AT_LEAST).items()
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
    # an array that is read first tells the planner that companies are few; as rows they are joined,
    # where an array is searched from its start for each error that another index leads to
    return rows.filter(
        models.Func(
            F("outreach_id"),
            companies,
            template="(%(expressions)s)))",
            arg_joiner=" IN (SELECT unnest(",
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


def _of_keys(
    rows: models.QuerySet[HubError],
    grouping: str,
    keys: Sequence[Key],
    *,
    at: datetime,
    at_most: int | None = None,
) -> dict[Key, Effect]:
    return (
        counted(_chosen(rows, grouping, keys), GROUPINGS[grouping], at=at, at_most=at_most)
        if keys
        else {}
    )


def _chosen(
    rows: models.QuerySet[HubError], grouping: str, keys: Sequence[Key]
) -> models.QuerySet[HubError]:
    """Narrow errors to those of the groups."""
    condition = Q()
    for key in keys:
        condition |= (
            _within(key[0])
            if grouping == "expiry"
            else Q(**dict(zip(GROUPINGS[grouping], key, strict=True)))
        )
    return _by_day(rows).filter(condition)


def _looked_up(
    rows: models.QuerySet[HubError], grouping: str, few: Sequence[Group]
) -> models.QuerySet[HubError]:
    """Lead to the rows of small groups by their combinations of facet values, where no other index leads to them."""
    if grouping not in ("tries", "owner") or not few:
        return rows
    keys = counters_of(grouping, [group.key for group in few]).values_list(facet_key(), flat=True)
    return rows.alias(facets=facet_key()).filter(facets__in=set(keys))


def _by_day(rows: models.QuerySet[HubError]) -> models.QuerySet[HubError]:
    return rows.annotate(expiry_day=TruncDate("expires_at"))


def _within(day: date) -> Q:
    """Narrow to a day, the last one there is without an end."""
    after = Q(expires_at__gte=_midnight(day))
    return after & Q(expires_at__lt=_midnight(day + ONE_DAY)) if day < date.max else after


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
