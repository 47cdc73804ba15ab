"""The backlog of open errors day by day: what came in, what left, what was in it at the end."""

from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

from django.db import connection
from django.db.models import Sum

from governance.models import BacklogDay
from governance.queries.readiness import snapshots

FIRST = """
    SELECT least(
        (SELECT min(created_at) FROM governance_huberror),
        (SELECT min(created_at) FROM governance_archivederror))"""
# the conditions on archived errors are those of services/backlog.py
SINCE = """
    SELECT
        (SELECT count(*) FROM governance_huberror
            WHERE created_at >= %(start)s AND disposition IN ('RETRY', 'PARKED', 'RESOLVED'))
        + (SELECT count(*) FROM governance_archivederror
            WHERE created_at >= %(start)s AND final_disposition IN ('RETRY', 'PARKED', 'RESOLVED')),
        (SELECT count(*) FROM governance_huberror
            WHERE resolved_at >= %(start)s AND disposition = 'RESOLVED')
        + (SELECT count(*) FROM governance_archivederror
            WHERE archived_at >= %(start)s
                AND (final_disposition IN ('RETRY', 'PARKED')
                    OR final_disposition = 'RESOLVED' AND resolved_at >= %(start)s)),
        (SELECT coalesce(sum(rows), 0)::bigint FROM governance_errorcount
            WHERE disposition IN ('RETRY', 'PARKED'))"""


class Figures(NamedTuple):
    """What came into the backlog, what left it, and what was in it at the end; None where nobody counted."""

    opened: int | None
    closed: int | None
    open: int | None


UNKNOWN = Figures(None, None, None)


def kept(first: date, last: date) -> dict[date, Figures]:
    """Return the kept figures of the days from `first` to `last`; days that nobody counted are left out. One query."""
    found = (
        BacklogDay.objects.filter(day__range=(first, last))
        .order_by("day")
        .values_list("day")
        .annotate(Sum("opened"), Sum("closed"), Sum("open"))
    )
    return {day: Figures(*figures) for day, *figures in found}


def since(start: datetime) -> Figures:
    """Count what came and went since the start of the day that has not ended, and what is open. One query."""
    with connection.cursor() as cursor:
        cursor.execute(SINCE, {"start": start})
        return Figures(*cursor.fetchone())


def first_day() -> date | None:
    """Return the first day that an error tells of."""
    with connection.cursor() as cursor:
        cursor.execute(FIRST)
        (first,) = cursor.fetchone()
    return first.astimezone(UTC).date() if first else None


def unkept(today: date, *, most: int) -> list[date]:
    """Return the days among the last `most` that have ended, that errors tell of, and that nobody counted."""
    first = first_day()
    if first is None:
        return []
    begin = max(first, today - timedelta(days=most))
    ended = [begin + timedelta(days=n) for n in range((today - begin).days)]
    known = set(
        BacklogDay.objects.filter(day__gte=begin).values_list(
            "day",
            flat=True,
        )
    )
    return [day for day in ended if day not in known and _is_settled(day)]


def _is_settled(day: date) -> bool:
    return snapshots.is_settled(snapshots.end_of(day))
