"""Runs as files."""

from enrichment.subjects import RUN
from governance.resources.columns import same
from governance.resources.exports import EXPORT, Export

COLUMNS = {
    "run_id": "id",
    "workflow": "workflow__workflow_name",
} | same(
    "entity_type",
    "entity_key",
    "raw_key",
    "status",
    "attempt",
    "source",
    "trigger",
    "ran_at",
    "queued_at",
    "started_at",
    "heartbeat_at",
    "completed_at",
    "records_in",
    "records_out",
    "records_skipped",
    "records_failed",
    "records_in_extracted",
    "records_in_core",
    "credits",
    "credits_saved",
    "error_class",
    "error_text",
    "idempotency_key",
)
COLUMNS |= {"refused_for": "refused_for_id", "by": "by__username"}

RUNS = Export(
    RUN.name + "s",
    RUN.noun,
    RUN.called(2),
    RUN.list_url,
    "enrichment:run-export",
    (EXPORT, "enrichment.view_run"),
    RUN.resolve("filterset"),
    lambda: RUN.rows,
    COLUMNS,
    ("-ran_at", "-run_id"),
)
