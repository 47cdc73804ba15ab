"""How the database would read something, with thousands of rows."""

from collections.abc import Mapping
from typing import Any

from django.db import connection

from tests import owner

# so many that an index is worth its while
ROWS = 3_000
ENTITIES = """
    INSERT INTO enrichment_entity (entity_type, entity_key, name, in_warehouse)
    SELECT 'company', 'c' || n || '.example', '', n > 9 FROM generate_series(1, %s) n"""
RUNS = """
    INSERT INTO enrichment_run (workflow_id, entity_type, entity_key, raw_key, source, trigger, layers,
        error_class, error_text, status, ran_at, completed_at, records_in_extracted, records_in_core)
    SELECT %s, 'company', 'c' || n || '.example', '', '', 'request', '{}', '', '',
        CASE WHEN n %% 20 = 0 THEN 'failed' ELSE 'completed' END, at, at, 1, (n %% 50 <> 0)::int
    FROM generate_series(1, %s) n
    CROSS JOIN LATERAL (SELECT now() - n * interval '10 minutes' AS at) moment"""


def populate(workflow: Any) -> None:
    """Thousands of companies, a sixth of which the workflow has run for, and what the planner knows of them."""
    owner.runs(ENTITIES, 3 * ROWS)
    owner.runs(RUNS, workflow.pk, ROWS // 2)
    for table in ("entity", "run", "state"):
        owner.runs(f"ANALYZE enrichment_{table}")


def plan_of(statement: str, given: Mapping[str, Any] | tuple[Any, ...] = ()) -> str:
    """The plan of a statement."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {statement}", given)
        return "\n".join(line for (line,) in cursor.fetchall())
