"""Taking turns: who writes about an entity of a workflow first holds it, and then reads how it stands."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, OperationalError, connection, transaction
from psycopg import errors

from enrichment.models import Run, Workflow
from governance.exceptions import StateRefused

HELD = "SELECT * FROM enrichment.held_entity(%s, %s, %s, %s, %s, %s, %s, %s)"
# days; what is fresh for longer is fresh for good
LONGEST = 36_500

# what two requests that write at one moment can meet at
ONCE = ("one_open_run_of_an_entity", "enrichment_run_pkey")


def one_statement() -> AbstractContextManager[None]:
    """Let one statement be its own transaction; within another it gets a savepoint, as a refusal may follow."""
    return one_moment() if connection.in_atomic_block else _refused_where_overtaken()


@contextmanager
def one_moment() -> Iterator[None]:
    """One transaction; what plain SQL wrote meanwhile is a refusal."""
    with _refused_where_overtaken(), transaction.atomic():
        yield


@contextmanager
def _refused_where_overtaken() -> Iterator[None]:
    try:
        yield
    except (IntegrityError, OperationalError) as problem:
        if not _was_overtaken(problem.__cause__):
            raise
        raise StateRefused(
            "Somebody else wrote this run at the same moment.",
            what_to_do="Send it again.",
        ) from problem


def _was_overtaken(cause: BaseException | None) -> bool:
    if isinstance(cause, errors.UniqueViolation):
        return cause.diag.constraint_name in ONCE
    return isinstance(cause, errors.DeadlockDetected)


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
