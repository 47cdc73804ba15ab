"""How long errors have been parked, and when open ones expire."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.db import connection

PARKED = """
    SELECT escalation_level, width_bucket(parked_at, %(bounds)s::timestamptz[]), count(*)
    FROM governance_huberror
    WHERE disposition = 'PARKED'
    GROUP BY 1, 2"""
EXPIRING = """
    SELECT CASE WHEN expires_at >= %(at)s THEN (expires_at AT TIME ZONE 'UTC')::date END,
        disposition, count(*)
    FROM governance_huberror
    WHERE disposition IN ('RETRY', 'PARKED') AND expires_at < %(before)s
    GROUP BY 1, 2"""


def parked(bounds: Sequence[datetime]) -> Mapping[tuple[int, int], int]:
    """Count parked errors by escalation level and by how many of the bounds (ascending) they were parked at or after.

    One query over the index of parked errors.
    """
    with connection.cursor() as cursor:
        cursor.execute(PARKED, {"bounds": list(bounds)})
        return {(level, place): rows for level, place, rows in cursor.fetchall()}


def expiring(*, at: datetime, before: datetime) -> Mapping[tuple[date | None, str], int]:
    """Count open errors that expire before a moment, by day in UTC and disposition; None are those expired at `at`.

    One query over the index of open errors.
    """
    with connection.cursor() as cursor:
        cursor.execute(EXPIRING, {"at": at, "before": before})
        return {(day, disposition): rows for day, disposition, rows in cursor.fetchall()}
