"""Calls of one tool day by day: made, called off, refused."""

from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple

from django.db import connection

from governance.queries.canon.usage import DAYS

# what is called off and refused is rare, and one range of an index each
BY_DAY = """
SELECT d.day::date, coalesce(u.calls, 0), coalesce(o.calls, 0), coalesce(r.calls, 0)
FROM generate_series(%(first)s::date, %(last)s::date, '1 day') d (day)
LEFT JOIN governance_toolusage u ON u.tool = %(tool)s AND u.period = 'day' AND u.starts = d.day::date
LEFT JOIN (
    SELECT (c.reserved_at AT TIME ZONE 'UTC')::date AS day, count(*) AS calls
    FROM governance_toolcall c
    WHERE c.status = 'called_off' AND c.tool = %(tool)s AND c.reserved_at >= %(since)s
    GROUP BY 1) o ON o.day = d.day::date
LEFT JOIN (
    SELECT (c.at AT TIME ZONE 'UTC')::date AS day, count(*) AS calls
    FROM governance_violationcase c
    WHERE c.tool = %(tool)s AND c.at >= %(since)s
    GROUP BY 1) r ON r.day = d.day::date
ORDER BY 1"""


class Day(NamedTuple):
    """What became of calls of a tool on a day in UTC: `calls` count what was called off too."""

    day: date
    calls: int
    called_off: int
    refused: int


def of(slug: str, *, at: datetime) -> list[Day]:
    """Return the last days, the oldest first. One query, whatever the ledger holds."""
    last = at.astimezone(UTC).date()
    first = last - timedelta(days=DAYS - 1)
    given: dict[str, Any] = {
        "tool": slug,
        "first": first,
        "last": last,
        "since": datetime(first.year, first.month, first.day, tzinfo=UTC),
    }
    with connection.cursor() as cursor:
        cursor.execute(BY_DAY, given)
        return [Day(*row) for row in cursor.fetchall()]
