"""Whether the counters of coverage tell what the rows say."""

from django.db import connection
from django.db.backends.utils import CursorWrapper

NAMED = 3
LONGEST = 200
COMPARE = """
    WITH counted AS (
        SELECT workflow_name AS of, entity_type, status, sum(rows) AS rows
        FROM enrichment_statecount GROUP BY 1, 2, 3
        UNION ALL
        SELECT 'entities', entity_type, '', sum(rows)
        FROM enrichment_entitycount GROUP BY 2
        UNION ALL
        SELECT 'runs', entity_type, status, sum(rows)
        FROM enrichment_runcount GROUP BY 2, 3),
    there AS (
        SELECT workflow_name AS of, entity_type, status, count(*) AS rows
        FROM enrichment_state GROUP BY 1, 2, 3
        UNION ALL
        SELECT 'entities', entity_type, '', count(*)
        FROM enrichment_entity GROUP BY 2
        UNION ALL
        SELECT 'runs', entity_type, status, count(*)
        FROM enrichment_run GROUP BY 2, 3)
    SELECT concat_ws(' ', of, entity_type, nullif(status, ''))
    FROM counted
    FULL JOIN there USING (of, entity_type, status)
    WHERE coalesce(counted.rows, 0) <> coalesce(there.rows, 0)
    ORDER BY 1
"""


def drift() -> list[str]:
    """Name the combinations whose counters differ from their rows; reads every state and entity once."""
    with connection.cursor() as cursor:
        cursor.execute(COMPARE)
        return [name for (name,) in cursor.fetchall()]


def first_of(found: list[str]) -> str:
    """Name the first few, as a check keeps them."""
    more = ", .." if len(found) > NAMED else ""
    return f"{', '.join(found[:NAMED])}{more}"[:LONGEST]


def problem(cursor: CursorWrapper) -> str:
    """Say what the latest check found to differ, empty where nothing did."""
    cursor.execute(
        "SELECT differing, first FROM enrichment_coveragecheck ORDER BY at DESC, id DESC LIMIT 1"
    )
    found = cursor.fetchone()
    if found is None or not found[0]:
        return ""
    differing, first = found
    counters = "counter differs" if differing == 1 else "counters differ"
    return f"{differing:,} {counters} of coverage from the rows: {first}"
