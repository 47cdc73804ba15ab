"""The record of an operation: locked, ended, and the steps of its timeline."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from django.db import OperationalError, connection, transaction
from django.db.models.functions import Now
from django.utils import timezone
from psycopg import errors as pg

from governance.exceptions import StateRefused
from governance.models import (
    Operation,
    OperationItem,
    OperationStep,
    PlaybookRun,
)
from governance.queries.operations.locks import UNKNOWN
from governance.services.operations.lookouts import Lookout

Planned = TypeVar("Planned", bound=Operation | PlaybookRun)
# longer than a chunk holds it, shorter than people wait for a page
LOCK_WAIT = "10s"


def step(operation: Operation, kind: str, *, by: str, note: str = "") -> None:
    """Add a moment to the operation's timeline."""
    OperationStep.objects.create(operation=operation, kind=kind, actor=by, note=note)


def locked(subject: Planned) -> Planned:
    """Return the operation or run as it is now, locked until the transaction ends.

    Raises StateRefused, which names who holds it, when a chunk or an outside session does for too long.
    """
    try:
        with transaction.atomic():
            return _now(subject, nowait=True)
    except OperationalError as problem:
        if not isinstance(problem.__cause__, pg.LockNotAvailable):
            raise
    return _waited_for(subject)


def _waited_for(subject: Planned) -> Planned:
    lookout = Lookout(connection.connection.info.backend_pid)
    try:
        with lookout, transaction.atomic(), waiting_at_most(LOCK_WAIT):
            return _now(subject)
    except OperationalError as problem:
        if not isinstance(problem.__cause__, pg.LockNotAvailable):
            raise
        raise StateRefused(
            f"{subject} is held by {lookout.holder or UNKNOWN}: nothing was changed.",
            what_to_do="Try again in a moment. If it stays, ask whose session that is.",
        ) from problem


def _now(subject: Planned, *, nowait: bool = False) -> Planned:
    rows: Any = type(subject).objects
    found: Planned = rows.select_for_update(nowait=nowait).get(pk=subject.pk)
    return found


@contextmanager
def waiting_at_most(time: str) -> Iterator[None]:
    """Wait for locks no longer than that, for the length of a block inside a transaction.

    Who asked for less before goes on with less.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT s, CASE WHEN s = '0' OR s::interval > %(time)s::interval THEN %(time)s ELSE s END
            FROM current_setting('lock_timeout') s""",
            {"time": time},
        )
        before, wanted = cursor.fetchone()
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", [wanted])
        yield
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", [before])


def next_turn(operation: Operation) -> int:
    """Begin another turn, as a sign of life, and return its number: whoever had the last one ends. Call with the row locked."""
    operation.turn += 1
    Operation.objects.filter(pk=operation.pk).update(turn=operation.turn, heartbeat_at=Now())
    return operation.turn


def withdraw_requests(subject: Operation | PlaybookRun) -> None:
    """Take back what was asked for work that needs it no more."""
    subject.approvals.filter(state__in=["pending", "approved"]).update(
        state="withdrawn", decided_at=timezone.now()
    )


def close(operation: Operation, state: str, *, note: str = "") -> None:
    """Give every row that has no outcome the outcome `cancelled` and end the operation. Call with the row locked."""
    open_items = OperationItem.objects.filter(
        operation=operation, outcome=OperationItem.Outcome.PLANNED
    )
    reason = note or "cancelled"
    operation.cancelled += open_items.update(outcome=OperationItem.Outcome.CANCELLED, reason=reason)
    operation.state = state
    operation.state_note = note
    operation.finished_at = timezone.now()
    operation.save(update_fields=["cancelled", "state", "state_note", "finished_at"])
