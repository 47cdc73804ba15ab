"""What was completed too long ago to count as enriched."""

from datetime import datetime

from django.db import connection

PAST = """
    SELECT w.workflow_name, past.entities
    FROM enrichment_workflow w
    CROSS JOIN LATERAL (
        SELECT count(*) AS entities
        FROM enrichment_state s
        WHERE s.workflow_name = w.workflow_name
            AND s.status = 'completed'
            AND s.entity_type = %(type)s
            AND s.completed_at < %(at)s - make_interval(days => w.fresh_days)
    ) past
    WHERE w.is_active AND w.key_type = %(type)s AND past.entities > 0
    ORDER BY past.entities DESC, w.workflow_name
"""


def past(entity_type: str, *, at: datetime) -> dict[str, int]:
    """Count the entities past freshness by active workflow, most first. One query over one index."""
    with connection.cursor() as cursor:
        cursor.execute(PAST, {"type": entity_type, "at": at})
        return dict(cursor.fetchall())
