"""What has reached the end of its retention, and what was deleted of it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db import connection
from django.db.models import Sum

from governance.models import Operation, PurgeManifest

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


def deleted_by(operation: Operation) -> dict[str, int]:
    """Count what an operation deleted for good, by error table, from its manifest."""
    listed = PurgeManifest.objects.filter(operation_id=operation.pk).order_by("error_table")
    counted = listed.values_list("error_table").annotate(total=Sum("rows"))
    return dict(counted)


def ids_deleted_by(operation: Operation) -> Iterator[UUID]:
    """Yield the ids that the manifest of an operation lists, statement by statement."""
    listed = PurgeManifest.objects.filter(operation_id=operation.pk).order_by("id")
    for ids in listed.values_list("ids", flat=True).iterator():
        yield from ids


class Listed(NamedTuple):
    """What one clean-up deleted of one table; `digest` is SHA-256 over those of its statements, in their order."""

    operation: int
    at: datetime
    error_table: str
    rows: int
    digest: str

    @property
    def reference(self) -> str:
        return f"OP-{self.operation}"


RECENT = """SELECT m.operation_id, max(m.at), m.error_table, sum(m.rows)::bigint,
        encode(sha256(convert_to(string_agg(m.digest, ',' ORDER BY m.id), 'UTF8')), 'hex')
    FROM governance_purgemanifest m
    WHERE m.place = 'archive' AND m.operation_id IN (
        SELECT DISTINCT operation_id FROM governance_purgemanifest
        WHERE operation_id IS NOT NULL ORDER BY operation_id DESC LIMIT %s)
    GROUP BY m.operation_id, m.error_table ORDER BY m.operation_id DESC, m.error_table"""


def recent(operations: int = 5) -> list[Listed]:
    """Return what the latest clean-ups deleted, by table, from their manifests."""
    with connection.cursor() as cursor:
        cursor.execute(RECENT, [operations])
        return [Listed(*row) for row in cursor.fetchall()]
