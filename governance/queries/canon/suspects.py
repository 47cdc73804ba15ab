"""Calls in the ledger that broke a rule which nobody can see before a call is made, and that no violation tells of yet."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db import connection

from governance.models.canon.calls import LATE
from governance.toolbox import codes

# Each part is one range of an index that holds what is unusual alone (models/canon/calls.py). What was given back
# was never made; a check that failed has no answer to store.
SUSPECTS = f"""
WITH suspect AS (
    SELECT c.id, '{codes.NO_GATE_PASS}' AS code, c.reserved_at AS at
    FROM governance_toolcall c
    WHERE c.tier = 2 AND NOT c.passed AND c.status <> 'given_back' AND c.reserved_at <= %(at)s
    UNION ALL
    SELECT c.id, '{codes.NO_AUDIT_TRAIL}', c.reserved_at + %(within)s
    FROM governance_toolcall c
    WHERE c.interaction = 'ENRICH' AND c.status <> 'given_back'
      AND c.settled_at - c.reserved_at > interval '10 minutes' AND c.settled_at <= %(at)s
    UNION ALL
    SELECT c.id, '{codes.NO_STORED_RESULT}', c.settled_at
    FROM governance_toolcall c
    WHERE c.interaction = 'VALIDATE' AND c.status = 'succeeded' AND NOT c.is_stored
      AND c.settled_at <= %(at)s
    UNION ALL
    SELECT c.id, CASE c.interaction WHEN 'ENRICH' THEN '{codes.NO_AUDIT_TRAIL}'
        ELSE '{codes.NO_STORED_RESULT}' END, c.reserved_at + %(within)s
    FROM governance_toolcall c
    WHERE c.status = 'reserved' AND c.interaction IN ('ENRICH', 'VALIDATE')
      AND c.reserved_at < %(at)s - %(within)s),
untold AS (
    SELECT s.* FROM suspect s
    WHERE NOT EXISTS (
        SELECT FROM governance_violation v WHERE v.call_id = s.id AND v.code = s.code))"""
FIRST = f"""{SUSPECTS}
SELECT c.id, u.code, u.at, c.tool_id, c.tool, c.hub, c.entity, c.correlation_id, c.interaction,
    c.reserved_at, c.settled_at
FROM (SELECT * FROM untold ORDER BY id, code LIMIT %(most)s) u
JOIN governance_toolcall c USING (id)
ORDER BY u.at, u.id, u.code"""
COUNT = f"{SUSPECTS} SELECT code, count(*) FROM untold GROUP BY code ORDER BY code"


class Suspect(NamedTuple):
    """One call and the rule that it broke, with the moment from which it was broken."""

    call_id: int
    code: str
    at: datetime
    tool_id: str
    tool: str
    hub_id: str
    entity: str
    correlation_id: str
    interaction: str
    reserved_at: datetime
    settled_at: datetime | None

    @property
    def took(self) -> timedelta | None:
        """How long it was under way; None while it is."""
        return self.settled_at - self.reserved_at if self.settled_at else None


def first(at: datetime, *, most: int) -> list[Suspect]:
    """Return up to so many, as they stood at that moment, the earliest breach first."""
    with _asked(FIRST, at, most=most) as cursor:
        return [Suspect(*row) for row in cursor.fetchall()]


def counted(at: datetime) -> dict[str, int]:
    """Return how many there are of each code."""
    with _asked(COUNT, at) as cursor:
        return dict(cursor.fetchall())


@contextmanager
def _asked(statement: str, at: datetime, **given: Any) -> Iterator[Any]:
    values: dict[str, Any] = {"at": at, "within": LATE, **given}
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        yield cursor
