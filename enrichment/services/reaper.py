"""The reaper: runs of which nobody has heard for too long are stale."""

from datetime import datetime
from typing import Any

from django.db import connection
from django.utils import timezone

from governance.services import chores

BATCH = 500
# a run that waits to start needs no sign of life, but does not wait for ever
PENDING_HOURS = 24
# whoever writes about an entity now, or about its run, is left for the next time
SILENT = """SELECT r.id,
            coalesce(r.heartbeat_at, r.started_at, r.queued_at, r.ran_at) AS last_sign
        FROM enrichment_run r
        JOIN enrichment_workflow w ON w.id = r.workflow_id
        JOIN enrichment_state s ON s.workflow_name = w.workflow_name
            AND s.entity_key = r.entity_key
        WHERE r.status IN ('pending', 'running')
            AND CASE r.status
                WHEN 'running' THEN coalesce(r.heartbeat_at, r.started_at, r.ran_at)
                    < %(now)s - make_interval(mins => least(w.stale_minutes, 1000000))
                ELSE coalesce(r.queued_at, r.ran_at)
                    < %(now)s - make_interval(hours => %(pending)s)
                END"""
COUNT = f"SELECT count(*) FROM ({SILENT}) silent"
REAP = f"""WITH silent AS ({SILENT}
        ORDER BY s.workflow_name, s.entity_key
        LIMIT %(batch)s
        FOR UPDATE OF s, r SKIP LOCKED)
    UPDATE enrichment_run r
    SET status = 'stale', completed_at = silent.last_sign, updated_at = %(now)s
    FROM silent
    WHERE r.id = silent.id"""


def reap(*, at: datetime | None = None) -> int:
    """Make silent runs stale as of their last sign of life; return how many.

    Silent is a running one without heartbeat for the workflow's stale_minutes, and a pending one a
    day after it was queued. A transaction a batch.
    """
    now = at or timezone.now()
    done = 0
    while reaped := int(chores.alone(_reap_some, now)):
        done += reaped
    return done


def foresee(*, at: datetime | None = None) -> int:
    """Count the silent runs that would be made stale."""
    with connection.cursor() as cursor:
        cursor.execute(COUNT, {"now": at or timezone.now(), "pending": PENDING_HOURS})
        return int(cursor.fetchone()[0])


def _reap_some(now: datetime) -> int:
    given: dict[str, Any] = {"now": now, "pending": PENDING_HOURS, "batch": BATCH}
    with connection.cursor() as cursor:
        cursor.execute(REAP, given)
        return int(cursor.rowcount)
