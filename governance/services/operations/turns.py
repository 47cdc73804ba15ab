"""Turns: one worker at a time goes on with an operation, and one that cannot go on holds up no other.

Every message to the workers carries the number of a turn and is good for one task, which begins the next turn.
So there is one chain of tasks per operation, however often it is paused, resumed, taken up or delivered twice.
"""

from datetime import timedelta
from threading import Event

import structlog
from django.conf import settings
from django.db import DatabaseError, transaction
from django.db.models.functions import Now
from psycopg import errors as pg

from governance.models import Operation
from governance.services import workers
from governance.services.operations import records, runner, steering

log = structlog.get_logger(__name__)

TURN_SECONDS = 1.0
# for what somebody else holds: a person who steers needs milliseconds
HELD_WAIT = 0.5
LONGEST_FAULT = 300


def run(operation_id: int, turn: int | None, *, seconds: float) -> None:
    """Take the turn that a task was told of, run chunks for so long and hand on. What was told of an earlier turn does nothing."""
    try:
        mine = _take(operation_id, turn)
    except DatabaseError as reason:
        if not isinstance(reason.__cause__, pg.LockNotAvailable):
            raise
        workers.send(steering.RUN_TASK, operation_id, turn, countdown=HELD_WAIT)
        return
    if mine is not None:
        _go_on(operation_id, mine, seconds=seconds)


def resume_abandoned(*, stopping: Event | None = None, seconds: float = TURN_SECONDS) -> int:
    """Give every operation that nobody goes on with a turn here, the oldest first, and hand the rest to the workers.

    Returns how many had a turn. Every worker calls this on a timer; `stopping` ends it after the turn under way.
    """
    silent_for = timedelta(seconds=settings.TAKE_UP_AFTER)
    stopping = stopping or Event()
    taken = 0
    abandoned = Operation.objects.abandoned(silent_for)
    for operation_id in list(abandoned.values_list("pk", flat=True)):
        if stopping.is_set():
            break
        try:
            taken += _take_up(operation_id, silent_for, seconds=seconds)
        except DatabaseError:
            # somebody holds the row, say: the next one stands alone
            log.exception("operation not taken up", operation_id=operation_id)
    return taken


def _take_up(operation_id: int, silent_for: timedelta, *, seconds: float) -> bool:
    with transaction.atomic():
        left = Operation.objects.abandoned(silent_for).filter(pk=operation_id)
        operation = left.select_for_update(skip_locked=True).first()
        if operation is None:
            return False
        turn = records.next_turn(operation)
    log.warning("operation taken up", operation_id=operation_id)
    _go_on(operation_id, turn, seconds=seconds)
    return True


def _take(operation_id: int, turn: int | None) -> int | None:
    """Begin the turn after `turn`; None when that is over or the operation does not run."""
    told = Operation.objects.running().filter(pk=operation_id)
    if turn is not None:
        told = told.filter(turn=turn)
    with transaction.atomic():
        operation = told.select_for_update(nowait=True).first()
        return records.next_turn(operation) if operation is not None else None


def _go_on(operation_id: int, turn: int, *, seconds: float) -> None:
    """Run chunks and tell the workers of the rest; what stops it is kept on the operation, to be tried again later."""
    try:
        progress = runner.run_for(operation_id, seconds=seconds, turn=turn)
    except Exception as fault:
        log.exception("operation cannot go on", operation_id=operation_id)
        _note(operation_id, turn, fault)
        return
    mine = Operation.objects.running().filter(pk=operation_id, turn=turn)
    if not progress.more and not mine.exists():
        return
    # it runs, but nothing could be done: somebody steers it at this moment
    pause = progress.wait if progress.more else HELD_WAIT
    is_sent = workers.send(steering.RUN_TASK, operation_id, turn, countdown=pause)
    if not is_sent:
        mine.update(heartbeat_at=None)


def _note(operation_id: int, turn: int, fault: Exception) -> None:
    """Keep what stopped a turn and how often in a row; the first time also in the timeline."""
    with transaction.atomic():
        mine = Operation.objects.running().filter(pk=operation_id, turn=turn)
        operation = mine.select_for_update(nowait=True).first()
        if operation is None:
            return
        operation.failures += 1
        operation.fault = _said(fault)
        operation.heartbeat_at = Now()
        operation.save(update_fields=["failures", "fault", "heartbeat_at"])
        if operation.failures == 1:
            records.step(operation, "stopped", by="system", note=operation.fault)


def _said(fault: Exception) -> str:
    """Return the first line of what went wrong; of the database its own words, without the statement."""
    reason = fault.__cause__ if isinstance(fault, DatabaseError) and fault.__cause__ else fault
    first, *_ = str(reason).splitlines() or [""]
    return f"{type(reason).__name__}: {first}"[:LONGEST_FAULT]
