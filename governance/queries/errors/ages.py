"""How long errors have been parked, and when open ones expire.

Both are sums of what triggers keep for each hour. Of an hour that a moment lies within, the errors
on the other side of that moment are counted by index and taken from where the hour put them.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.db import connection

HOUR = "date_bin('1 hour', {}, '2000-01-01 00:00+00')"
PARKED = f"""
    SELECT level, place, sum(rows)::bigint
    FROM (
        SELECT escalation_level AS level,
            width_bucket(parked_hour, %(bounds)s::timestamptz[]) AS place,
            rows
        FROM governance_errorhour
        WHERE disposition = 'PARKED'
        UNION ALL
        SELECT inside.level, bound.place - taken.back, taken.sign * inside.rows
        FROM unnest(%(bounds)s::timestamptz[]) WITH ORDINALITY AS bound (at, place)
        CROSS JOIN LATERAL (
            SELECT escalation_level AS level, count(*) AS rows
            FROM governance_huberror
            WHERE disposition = 'PARKED'
                AND escalation_level = ANY ('{{0, 1, 2, 3}}')
                AND parked_at >= bound.at
                AND parked_at < {HOUR.format("bound.at")} + interval '1 hour'
                AND bound.at > {HOUR.format("bound.at")}
            GROUP BY 1) AS inside
        CROSS JOIN (VALUES (0, 1), (1, -1)) AS taken (back, sign)) AS counted
    GROUP BY 1, 2
    HAVING sum(rows) > 0"""
EXPIRING = f"""
    SELECT day, disposition, sum(rows)::bigint
    FROM (
        SELECT CASE WHEN expires_hour >= {HOUR.format("%(at)s")}
                THEN (expires_hour AT TIME ZONE 'UTC')::date END AS day,
            disposition,
            rows
        FROM governance_errorhour
        WHERE expires_hour < %(before)s
        UNION ALL
        SELECT CASE WHEN taken.sign < 0
                THEN ({HOUR.format("%(at)s")} AT TIME ZONE 'UTC')::date END,
            inside.disposition,
            taken.sign * inside.rows
        FROM (
            SELECT disposition, count(*) AS rows
            FROM governance_huberror
            WHERE disposition IN ('RETRY', 'PARKED')
                AND expires_at >= {HOUR.format("%(at)s")}
                AND expires_at < %(at)s
            GROUP BY 1) AS inside
        CROSS JOIN (VALUES (1), (-1)) AS taken (sign)) AS counted
    GROUP BY 1, 2
    HAVING sum(rows) > 0"""


def parked(bounds: Sequence[datetime]) -> Mapping[tuple[int, int], int]:
    """Count parked errors by escalation level and by how many of the bounds (ascending) they were parked at or after.

    One query over the counters of hours, and the errors of one hour for each bound.
    """
    with connection.cursor() as cursor:
        cursor.execute(PARKED, {"bounds": list(bounds)})
        return {(level, place): rows for level, place, rows in cursor.fetchall()}


def expiring(*, at: datetime, before: datetime) -> Mapping[tuple[date | None, str], int]:
    """Count open errors that expire before a full hour, by day in UTC and disposition; None are those expired at `at`.

    One query over the counters of hours, and the errors of the present hour.
    """
    with connection.cursor() as cursor:
        cursor.execute(EXPIRING, {"at": at, "before": before})
        return {(day, disposition): rows for day, disposition, rows in cursor.fetchall()}
