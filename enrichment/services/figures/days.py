"""Keeping the coverage of each day."""

from collections.abc import Sequence
from datetime import date

from django.db import connection, transaction
from django.utils import timezone

from enrichment.queries.figures import days
from governance.exceptions import SnapshotRefused

# days; what is missing further back is made on demand only
LOOKS_BACK = 90
# One pass over all runs for any number of days: what begins and ends on each day first, its sum to
# each day then. A run is where its entity stands until the next one of that workflow begins.
TAKE = """
    WITH lives AS (
        SELECT workflow_id, entity_type, status, ran_at,
            CASE WHEN completed_at < ran_at THEN ran_at ELSE completed_at END AS completed_at,
            lead(ran_at) OVER (
                PARTITION BY workflow_id, entity_type, entity_key
                ORDER BY ran_at, id) AS next_at
        FROM enrichment_run
        WHERE status NOT IN ('skipped', 'cancelled')),
    spans AS (
        SELECT workflow_id, entity_type,
            CASE WHEN status = 'pending' THEN status ELSE 'running' END AS bucket,
            ran_at AS since, least(completed_at, next_at) AS until
        FROM lives
        UNION ALL
        SELECT workflow_id, entity_type, status, completed_at, next_at
        FROM lives
        WHERE completed_at < coalesce(next_at, 'infinity')
        UNION ALL
        SELECT workflow_id, entity_type, 'past', completed_at + make_interval(days => fresh_days), next_at
        FROM lives
        JOIN enrichment_workflow w ON w.id = workflow_id
        WHERE status = 'completed'
            AND completed_at + make_interval(days => fresh_days) < coalesce(next_at, 'infinity')),
    changes AS (
        SELECT workflow_id, entity_type, bucket, (at AT TIME ZONE 'UTC')::date AS day, sum(change) AS change
        FROM spans
        CROSS JOIN LATERAL (VALUES (since, 1), (until, -1)) AS ends (at, change)
        WHERE at <= %(now)s
        GROUP BY 1, 2, 3, 4),
    known AS (
        SELECT entity_type, (least(first_seen_at, ran_at) AT TIME ZONE 'UTC')::date AS day, count(*) AS entities
        FROM enrichment_entity
        LEFT JOIN (
            SELECT entity_type, entity_key, min(ran_at) AS ran_at
            FROM enrichment_run
            GROUP BY 1, 2) first USING (entity_type, entity_key)
        GROUP BY 1, 2),
    wanted AS (
        SELECT w.id AS workflow_id, w.key_type AS entity_type, d.day
        FROM unnest(%(days)s::date[]) AS d (day)
        CROSS JOIN enrichment_workflow w
        WHERE w.is_active AND w.key_type IS NOT NULL),
    counted AS (
        SELECT workflow_id, entity_type, w.day,
            coalesce(sum(change) FILTER (WHERE bucket = 'completed'), 0) AS completed,
            coalesce(sum(change) FILTER (WHERE bucket = 'running'), 0) AS running,
            coalesce(sum(change) FILTER (WHERE bucket = 'pending'), 0) AS pending,
            coalesce(sum(change) FILTER (WHERE bucket = 'failed'), 0) AS failed,
            coalesce(sum(change) FILTER (WHERE bucket = 'stale'), 0) AS stale,
            coalesce(sum(change) FILTER (WHERE bucket = 'past'), 0) AS past
        FROM wanted w
        LEFT JOIN changes c USING (workflow_id, entity_type)
        WHERE c.day IS NULL OR c.day <= w.day
        GROUP BY 1, 2, 3),
    whole AS (
        SELECT entity_type, d.day, sum(entities) AS entities
        FROM unnest(%(days)s::date[]) AS d (day)
        JOIN known k ON k.day <= d.day
        GROUP BY 1, 2),
    spared AS (
        SELECT workflow_id, entity_type, (ran_at AT TIME ZONE 'UTC')::date AS day,
            count(*) AS duplicates, coalesce(sum(credits_saved), 0) AS credits
        FROM enrichment_run
        WHERE status = 'skipped' AND refused_for_id IS NOT NULL
        GROUP BY 1, 2, 3)
    INSERT INTO enrichment_coverageday (day, workflow_id, entity_type, entities,
        completed, running, pending, failed, stale, not_run, past_freshness, duplicates, credits_saved)
    SELECT w.day, w.workflow_id, w.entity_type, coalesce(e.entities, 0),
        coalesce(c.completed, 0), coalesce(c.running, 0), coalesce(c.pending, 0),
        coalesce(c.failed, 0), coalesce(c.stale, 0),
        coalesce(e.entities, 0) - coalesce(c.completed + c.running + c.pending + c.failed + c.stale, 0),
        coalesce(c.past, 0), coalesce(s.duplicates, 0), coalesce(s.credits, 0)
    FROM wanted w
    LEFT JOIN counted c USING (workflow_id, entity_type, day)
    LEFT JOIN whole e USING (entity_type, day)
    LEFT JOIN spared s USING (workflow_id, entity_type, day)
    ON CONFLICT (day, workflow_id) DO UPDATE
    SET entity_type = excluded.entity_type, entities = excluded.entities,
        completed = excluded.completed, running = excluded.running, pending = excluded.pending,
        failed = excluded.failed, stale = excluded.stale, not_run = excluded.not_run,
        past_freshness = excluded.past_freshness, duplicates = excluded.duplicates,
        credits_saved = excluded.credits_saved, taken_at = now()"""


@transaction.atomic
def take(wanted: Sequence[date]) -> int:
    """Keep how far each active workflow had come at the end of these days, today's as of now; returns the rows kept.

    An earlier count of a day is replaced; cancelled runs count as never begun. Raises
    SnapshotRefused for a day to come, or before any run.
    """
    first, now = days.first_day(), timezone.now()
    for day in wanted:
        if day > now.date():
            raise SnapshotRefused(f"{day} has not come yet.")
        if first is None or day < first:
            raise SnapshotRefused(f"No run tells of {day}.")
    with connection.cursor() as cursor:
        cursor.execute(TAKE, {"days": list(wanted), "now": now})
        return int(cursor.rowcount)


def fill() -> int:
    """Keep each day that has ended and that nobody kept, once no change of it is under way; returns how many."""
    missing = days.unkept(timezone.now().date(), most=LOOKS_BACK)
    if missing:
        take(missing)
    return len(missing)
