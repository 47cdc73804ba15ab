"""What has reached the end of its retention, and what was deleted of it."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from django.db import connection

PAST = """SELECT error_table, is_agreed, is_held, count(*)
    FROM governance.past_retention(%s) GROUP BY 1, 2, 3 ORDER BY 1"""


@dataclass
class PastRetention:
    """Archived rows whose time is over, by error table: to delete, under hold, and of tables that nobody agreed to."""

    deletable: dict[str, int] = field(default_factory=dict)
    held: dict[str, int] = field(default_factory=dict)
    waiting: dict[str, int] = field(default_factory=dict)


def past_retention(at: datetime) -> PastRetention:
    """Count what has reached the end of its retention at a moment. One query by its index."""
    found = PastRetention()
    with connection.cursor() as cursor:
        cursor.execute(PAST, [at])
        for table, is_agreed, is_held, rows in cursor.fetchall():
            if is_held:
                group = found.held
            else:
                group = found.deletable if is_agreed else found.waiting
            group[table] = group.get(table, 0) + rows
    return found


class Listed(NamedTuple):
    """What one clean-up, or one transaction beside any, deleted of one table.

    `digest` is SHA-256 over those of its statements, in their order; `who` its account or database user.
    """

    operation: int | None
    run: int | None
    who: str
    at: datetime
    error_table: str
    rows: int
    digest: str

    @property
    def reference(self) -> str:
        """What people quote: the operation, the run by SQL, or who it was."""
        if self.operation:
            return f"OP-{self.operation}"
        return f"JR-{self.run}" if self.run else self.who


# how many statements are looked through for the latest
STATEMENTS = 200
RECENT = """WITH latest AS MATERIALIZED (
        SELECT s.operation_id, CASE WHEN s.operation_id IS NULL THEN s.txid END AS txid,
            max(s.id) AS last
        FROM (
            SELECT id, operation_id, txid FROM governance_purgemanifest
            WHERE place = 'archive' ORDER BY at DESC, id DESC LIMIT %s) s
        GROUP BY 1, 2 ORDER BY 3 DESC LIMIT %s)
    SELECT m.operation_id, m.run_id, coalesce(m.actor, m.db_user), max(m.at), m.error_table,
        sum(m.rows)::bigint,
        encode(sha256(convert_to(string_agg(m.digest, ',' ORDER BY m.id), 'UTF8')), 'hex')
    FROM latest l CROSS JOIN LATERAL (
        SELECT {columns} FROM governance_purgemanifest o WHERE o.operation_id = l.operation_id
        UNION ALL
        SELECT {columns} FROM governance_purgemanifest o
        WHERE o.operation_id IS NULL AND o.txid = l.txid) m
    WHERE m.place = 'archive'
    GROUP BY l.last, m.operation_id, m.run_id, coalesce(m.actor, m.db_user), m.error_table
    ORDER BY l.last DESC, m.error_table""".format(
    columns="id, operation_id, run_id, actor, db_user, at, error_table, rows, digest, place"
)


def recent(cleanups: int = 5) -> list[Listed]:
    """Return what was deleted of archives latest, by table, from the manifests. One query by its indexes."""
    with connection.cursor() as cursor:
        cursor.execute(RECENT, [STATEMENTS, cleanups])
        return [Listed(*row) for row in cursor.fetchall()]
