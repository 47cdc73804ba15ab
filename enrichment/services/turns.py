"""Taking turns: who writes about an entity of a workflow first holds it, and then reads how it stands."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from enrichment.models import Run, Workflow

HELD = "SELECT * FROM enrichment.held_entity(%s, %s, %s, %s, %s, %s, %s, %s)"
# days; what is fresh for longer is fresh for good
LONGEST = 36_500


@dataclass(frozen=True)
class Before:
    """Ids of the runs that answer a request to run; `tries` are those since the last success."""

    same: UUID | None
    replayed: UUID | None
    opened: UUID | None
    fresh: UUID | None
    tries: int


def held(key: UUID) -> Run | None:
    """Find a run and let nobody else write about its entity until the transaction ends."""
    rows = Run.objects.raw("SELECT * FROM enrichment.held_run(%s)", [key])
    return next(iter(rows), None)


def before(
    workflow: Workflow,
    entity_type: str,
    entity_key: str,
    *,
    run_id: UUID | None,
    idempotency_key: str | None,
    at: datetime,
) -> Before:
    """Read how an entity stands, and let nobody else write about it until the transaction ends."""
    given: list[Any] = [
        workflow.pk,
        workflow.workflow_name,
        entity_type,
        entity_key,
        run_id,
        idempotency_key,
        *fresh_since(workflow, at),
    ]
    with connection.cursor() as cursor:
        cursor.execute(HELD, given)
        return Before(*cursor.fetchone())


def hold(workflow: Workflow, entity_key: str) -> None:
    """Let nobody else write about an entity until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT enrichment.hold_entity(%s, %s, %s)",
            [workflow.pk, workflow.workflow_name, entity_key],
        )


def fresh_since(workflow: Workflow, at: datetime) -> tuple[datetime, datetime]:
    """Return from when on a completed run is fresh at a moment: one that found something, and one that did not."""
    found = _since(workflow.fresh_days, at)
    nothing = _since(workflow.empty_fresh_days, at)
    return found, nothing


def _since(days: int, at: datetime) -> datetime:
    return at - timedelta(days=min(days, LONGEST))
