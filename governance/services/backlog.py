"""Keeping the figures of the backlog for each day."""

from collections.abc import Sequence
from datetime import date

from django.db import connection, transaction
from django.utils import timezone

from governance.exceptions import SnapshotRefused
from governance.queries.readiness import backlog

# days; what is missing further back is made on demand only
LOOKS_BACK = 90
# one pass over all errors for any number of days: changes of each day first, their sum to each day then
COUNT = """
    WITH lives AS (
        SELECT error_table, created_at AS opened_at,
            CASE WHEN disposition = 'RESOLVED' THEN resolved_at END AS closed_at
        FROM governance_huberror
        WHERE disposition IN ('RETRY', 'PARKED', 'RESOLVED')
        UNION ALL
        SELECT error_table, created_at,
            CASE WHEN final_disposition = 'RESOLVED' THEN least(resolved_at, archived_at)
                ELSE archived_at END
        FROM governance_archivederror
        WHERE final_disposition IN ('RETRY', 'PARKED', 'RESOLVED')),
    changes AS (
        SELECT error_table, (at AT TIME ZONE 'UTC')::date AS day,
            sum(came) AS opened, sum(went) AS closed
        FROM lives
        CROSS JOIN LATERAL (VALUES (opened_at, 1, 0), (closed_at, 0, 1)) AS change (at, came, went)
        WHERE at IS NOT NULL
        GROUP BY 1, 2)
    INSERT INTO governance_backlogday (day, error_table, opened, closed, open)
    SELECT wanted.day, t.name,
        coalesce(sum(c.opened) FILTER (WHERE c.day = wanted.day), 0),
        coalesce(sum(c.closed) FILTER (WHERE c.day = wanted.day), 0),
        coalesce(sum(c.opened - c.closed), 0)
    FROM unnest(%s::date[]) AS wanted (day)
    CROSS JOIN governance_errortable t
    LEFT JOIN changes c ON c.error_table = t.name AND c.day <= wanted.day
    GROUP BY wanted.day, t.name
    ON CONFLICT (day, error_table) DO UPDATE
    SET opened = excluded.opened, closed = excluded.closed, open = excluded.open"""


@transaction.atomic
def take(days: Sequence[date]) -> None:
    """Count what came into the backlog on each of these days, what left it, and what was in it at the end.

    An earlier count of a day is replaced. Raises SnapshotRefused for a day that has not ended, or before any error.
    """
    first, today = backlog.first_day(), timezone.now().date()
    for day in days:
        if day >= today:
            raise SnapshotRefused(f"{day} has not ended yet.")
        if first is None or day < first:
            raise SnapshotRefused(f"No error tells of {day}.")
    with connection.cursor() as cursor:
        cursor.execute(COUNT, [list(days)])


def fill() -> int:
    """Count each day that has ended and that nobody counted, once no change of it is under way; returns how many."""
    days = backlog.unkept(timezone.now().date(), most=LOOKS_BACK)
    if days:
        take(days)
    return len(days)
