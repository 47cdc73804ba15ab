"""Opening and ending a run by one statement, where nothing else answers.

A statement of its own is its own transaction: a pair of calls spent a third of its time between its
statements. What is no such case is left alone, and services/runs.py looks closer.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from enrichment.models import Run, Workflow
from enrichment.queries import registry
from enrichment.services import rows, turns

# in the order of the function's arguments
OPENING = (
    "id",
    "workflow_id",
    "entity_type",
    "entity_key",
    "raw_key",
    "status",
    "source",
    "trigger",
    "idempotency_key",
    "ran_at",
    "queued_at",
    "started_at",
    "heartbeat_at",
    "by_id",
    "created_at",
)
ENDING = (
    "records_in",
    "records_out",
    "records_skipped",
    "records_failed",
    "records_in_extracted",
    "records_in_core",
    "layers",
    "credits",
    "error_class",
    "error_text",
)
OPEN = f"SELECT enrichment.open_run(%s, %s, %s, %s{', %s' * len(OPENING)})"
READ = [
    *(f"r.{name}" for name in rows.COLUMNS),
    *(f"w.{name}" for name in registry.COLUMNS),
]
# an answer names the workflow as well
END = f"""SELECT {", ".join(READ)}
    FROM enrichment.end_run(%s, %s, %s, %s, %s, %s{", %s" * len(ENDING)}) r
    JOIN enrichment_workflow w ON w.id = r.workflow_id"""


def opened(run: Run, *, force: bool) -> bool:
    """Store a run that begins, and count its attempt, unless another run answers; returns whether it did."""
    since = turns.fresh_since(run.workflow, run.created_at)
    given: list[Any] = [run.workflow.workflow_name, *since, force]
    given += rows.values(run, OPENING)
    with connection.cursor() as cursor:
        cursor.execute(OPEN, given)
        (attempt,) = cursor.fetchone()
    if attempt is None:
        return False
    run.attempt = attempt
    rows.is_stored(run)
    return True


def ended(
    run_id: UUID,
    told: Mapping[str, Any],
    *,
    name: str | None,
    key: str | None,
    completed_at: datetime,
    now: datetime,
) -> Run | None:
    """Store what came of a run that is under way; None, and nothing stored, for any other.

    `name` and `key` are of the workflow and the entity that the result is told of, where it says so.
    """
    given = [run_id, name, key, told["status"], completed_at, now]
    given += [rows.prepared(name, told[name]) for name in ENDING]
    with connection.cursor() as cursor:
        cursor.execute(END, given)
        found = cursor.fetchone()
    if found is None:
        return None
    of_run, of_workflow = found[: len(rows.COLUMNS)], found[len(rows.COLUMNS) :]
    run = Run.from_db(connection.alias, rows.COLUMNS, of_run)
    run.workflow = Workflow.from_db(connection.alias, registry.COLUMNS, of_workflow)
    # read as text
    run.layers = told["layers"]
    return run
