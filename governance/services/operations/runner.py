"""Running operations: one committed transaction per chunk, an outcome per row, safe to kill at any moment.

A chunk holds the lock on its operation while it works, so there is one runner at a time; when that runner
dies the database rolls its chunk back and frees the lock. What is committed is never repeated, because only
items without an outcome are taken.
"""

import os
import socket
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from threading import Event

import structlog
from django.db import DatabaseError, transaction
from django.db.models.functions import Now
from django.utils import timezone
from psycopg import errors as pg

from governance import policies
from governance.models import Operation, OperationChunk, OperationItem
from governance.queries.operations import mandates, paces
from governance.queries.operations.locks import Holder
from governance.services import attribution, workers
from governance.services.operations import failures, isolation, records, steering
from governance.services.operations.sql import chunks, refusals
from governance.services.playbooks import runs

log = structlog.get_logger(__name__)

SMALLEST, FIRST, LARGEST = 1000, 2000, 5000
GOOD_SECONDS = 1.0
GROWTH = 20
OTHER_RUNNER_WAIT = 0.1
# Items written a moment ago have no statistics: keep to walking their primary key.
PLANNER = {"enable_bitmapscan": "off", "enable_mergejoin": "off", "jit": "off"}
# a runner that stands still, its machine stopped or cut off, holds its operation no longer than that
LIMITS = {"idle_in_transaction_session_timeout": "15s"}
TRANSIENT = (pg.DeadlockDetected, pg.SerializationFailure)
TRIES = 10
# rows that somebody holds are tried again after a pause (seconds), and fail after so long
LOCK_PAUSE = 1.0
LOCK_PATIENCE = timedelta(minutes=10)
MOST_STEPS_OF_FAILURES = 20
# what a chunk that was worked on changes of its operation
ACCOUNTED = (
    "applied",
    "skipped",
    "failed",
    "cursor",
    "heartbeat_at",
    "busy_seconds",
    "chunk_rows",
    "state_note",
    "fault",
    "failures",
    "suspects",
    "waits_for",
    "waits_since",
)
# what has used up its tries is parked after each retry
RETRY, PARK_TASK = "retry", "governance.tasks.park_exhausted"
HOPELESS_NOTE = "Held: row after row fails, so the reason is not in the rows: {reason}."


@dataclass(frozen=True)
class Progress:
    """What one call did: rows accounted for, whether more remain, seconds to wait for the throttle."""

    rows: int
    more: bool
    wait: float = 0.0


def run(operation: Operation) -> None:
    """Start an ungated or approved plan where needed and run it to its end in this process, in the requester's name.

    Raises what `operations.start` raises; returns early when somebody pauses it.
    """
    if operation.state in Operation.WAITING_STATES:
        steering.start(operation, by=operation.requester)
    finish(operation)


def finish(operation: Operation) -> None:
    """Run chunks of a running operation until none is left or it was paused or cancelled.

    While another runner holds the operation, wait for it; should that one die, its rows are done here.
    """
    waiting = Event()
    while True:
        _run_until(waiting, operation.pk)
        operation.refresh_from_db()
        if operation.state != Operation.State.RUNNING:
            return
        waiting.wait(OTHER_RUNNER_WAIT)


def run_for(operation_id: int, *, seconds: float, turn: int | None = None) -> Progress:
    """Run chunks for about `seconds`, then return, so that tasks stay short."""
    until = time.monotonic() + seconds
    progress = run_chunk(operation_id, turn=turn)
    while progress.more and not progress.wait and time.monotonic() < until:
        progress = run_chunk(operation_id, turn=turn)
    return progress


def run_chunk(operation_id: int, *, turn: int | None = None) -> Progress:
    """Give the next rows their outcomes and commit; before the limit of the pace allows it, only say how long to wait.

    Another runner at work, a pause, an end or a turn that is over means nothing to do; without a turn
    only the pace is kept to. Rows that cannot be changed become `failed`, each alone; rows that
    somebody holds are passed over and tried again.
    """
    problem: DatabaseError | None = None
    for _ in range(TRIES):
        try:
            with transaction.atomic():
                return _chunk(operation_id, turn)
        except DatabaseError as fault:
            if failures.is_lock(fault.__cause__):
                return _wait_for_others(operation_id, turn)
            if not isinstance(fault.__cause__, TRANSIENT):
                raise
            log.info("chunk repeated", operation_id=operation_id, reason=str(fault.__cause__))
            problem = fault
    assert problem is not None
    raise problem


def _wait_for_others(operation_id: int, turn: int | None) -> Progress:
    """Say that a lock stands in the way of what a chunk does beside its rows."""
    with transaction.atomic():
        if operation := _claim(operation_id, turn):
            operation.waits_for = str(Holder())
            operation.waits_since = timezone.now()
            operation.heartbeat_at = Now()
            operation.save(update_fields=["waits_for", "waits_since", "heartbeat_at"])
    return Progress(0, more=True, wait=LOCK_PAUSE)


def _chunk(operation_id: int, turn: int | None) -> Progress:
    started = time.monotonic()
    operation = _claim(operation_id, turn)
    if operation is None:
        return Progress(0, more=False)
    if wait := paces.seconds_to_wait(operation):
        return Progress(0, more=True, wait=wait)
    if _hold_when_nobody_answers_for_it(operation):
        return Progress(0, more=False)
    isolation.set_locally(**PLANNER, **LIMITS, lock_timeout=isolation.LOCK_MS)
    attribution.attribute(
        by=operation.doer,
        operation=operation.pk,
        action=chunks.action_of(operation),
        reason=chunks.reason_of(operation),
        channel=operation.channel,
    )
    refusals.follow_policies(operation)
    size = _size(operation)
    chunk = isolation.Isolation(operation, size=size, gives_up=_gives_up(operation))
    work = chunk.run()
    _mark_failed(operation, work.failed)
    _account(operation, work, seconds=time.monotonic() - started, size=size)
    return _go_on(operation, work, seconds=time.monotonic() - started)


def _claim(operation_id: int, turn: int | None) -> Operation | None:
    """Lock the operation for one chunk; None unless it runs, in this turn, with nobody else at it."""
    mine = Operation.objects.running().filter(pk=operation_id)
    if turn is not None:
        mine = mine.filter(turn=turn)
    return mine.select_for_update(skip_locked=True).first()


def _go_on(operation: Operation, work: isolation.Work, *, seconds: float) -> Progress:
    """Say what comes after a chunk: more rows, a pause, another pass over those left, the end."""
    if work.is_blocked:
        return Progress(work.rows, more=True, wait=LOCK_PAUSE)
    if work.is_hopeless:
        reason = next(reversed(work.failed))
        _hold(operation, HOPELESS_NOTE.format(reason=reason))
        return Progress(work.rows, more=False)
    if operation.accounted == operation.planned:
        _end(operation)
        return Progress(work.rows, more=False)
    if work.rows or work.passed or work.took_too_long:
        return Progress(work.rows, more=True, wait=_throttled(operation, work.rows, seconds))
    if operation.accounted < operation.planned and _begins_again(operation):
        return Progress(0, more=True, wait=LOCK_PAUSE)
    _end(operation)
    return Progress(0, more=False)


def _size(operation: Operation) -> int:
    size = operation.chunk_rows
    return max(1, min(size, operation.throttle)) if operation.throttle else max(1, size)


def _gives_up(operation: Operation) -> bool:
    """Whether locked rows were waited for long enough, with nothing else left to do."""
    since = operation.waits_since
    return since is not None and timezone.now() - since >= LOCK_PATIENCE


def _begins_again(operation: Operation) -> bool:
    """Go back to the first row without an outcome, where there is one: it was passed over."""
    todo = operation.items.filter(outcome=OperationItem.Outcome.PLANNED)
    first = todo.order_by("subject_id").first()
    if first is None:
        return False
    operation.cursor = chunks.before(operation, first.subject_id)
    operation.suspects = 0
    operation.waits_since = operation.waits_since or timezone.now()
    operation.save(update_fields=["cursor", "suspects", "waits_since"])
    return True


def _hold_when_nobody_answers_for_it(operation: Operation) -> bool:
    """Pause when who runs it or who approved it no longer may; judged before every chunk, by one query while all is well."""
    if mandates.holds(operation):
        return False
    blockers = policies.run_blockers(operation.doer, operation)
    if operation.gate:
        blockers += policies.in_use_blockers(operation)
    if not blockers:
        return False
    _hold(operation, f"Held: {' '.join(blockers)}")
    return True


def _hold(operation: Operation, note: str) -> None:
    operation.state = Operation.State.PAUSED
    operation.state_note = note
    operation.save(update_fields=["state", "state_note"])
    records.step(operation, "held", by="system", note=note)


def _account(operation: Operation, work: isolation.Work, *, seconds: float, size: int) -> None:
    operation.applied += work.applied
    operation.skipped += work.skipped
    operation.failed += work.rows_failed
    operation.state_note = operation.fault = ""
    operation.failures = 0
    _note_wait(operation, work)
    operation.heartbeat_at = Now()
    operation.busy_seconds += seconds
    operation.chunk_rows = _next_size(operation, work, seconds=seconds, size=size)
    operation.save(update_fields=ACCOUNTED)
    if work.rows:
        OperationChunk.objects.create(
            operation=operation,
            number=paces.chunks(operation) + 1,
            applied=work.applied,
            skipped=work.skipped,
            failed=work.rows_failed,
            seconds=seconds,
            worker=f"{socket.gethostname()}:{os.getpid()}",
        )


def _next_size(operation: Operation, work: isolation.Work, *, seconds: float, size: int) -> int:
    """Aim at chunks of a second; what trouble cost says nothing about other rows."""
    if (
        work.failed
        or work.passed
        or work.is_stopped
        or (work.rows < size and seconds < GOOD_SECONDS)
    ):
        return operation.chunk_rows
    wanted = work.rows * GOOD_SECONDS / max(seconds, 0.05)
    least = min(SMALLEST, GROWTH * size) if seconds < GOOD_SECONDS else 1
    return int(min(LARGEST, max(least, wanted)))


def _note_wait(operation: Operation, work: isolation.Work) -> None:
    """Keep whose lock is waited for; forget it once rows of a further pass go through."""
    if work.passed or work.is_blocked:
        operation.waits_for = str(work.holder)
    elif work.rows and operation.waits_since:
        operation.waits_for = ""
    if work.is_blocked:
        # the patience with single rows begins when the table is free again
        operation.waits_since = timezone.now()
    elif work.applied or work.skipped:
        operation.waits_since = None


def _throttled(operation: Operation, rows: int, seconds: float) -> float:
    return max(0.0, rows / operation.throttle - seconds) if operation.throttle else 0.0


def _end(operation: Operation) -> None:
    if operation.accounted != operation.planned:
        raise RuntimeError(
            f"{operation}: {operation.accounted} of {operation.planned} rows accounted for"
        )
    operation.state = Operation.State.DONE
    operation.finished_at = timezone.now()
    operation.waits_for = ""
    operation.save(update_fields=["state", "finished_at", "waits_for"])
    records.step(
        operation,
        "ended",
        by="system",
        note=f"{operation.applied:,} applied, {operation.skipped:,} skipped, {operation.failed:,} failed",
    )
    if operation.playbook_run is not None:
        runs.advance(operation.playbook_run)
    if operation.verb == RETRY and operation.kind == Operation.Kind.VERB:
        workers.send_on_commit(PARK_TASK, operation.pk)


def _mark_failed(operation: Operation, failed: Mapping[str, Sequence[str]]) -> None:
    """Write the reasons; failures of one cause share a step, and there are not many steps."""
    if not failed:
        return
    told = set(operation.steps.filter(kind="failed rows").values_list("note", flat=True))
    for reason, subjects in failed.items():
        OperationItem.objects.filter(
            operation=operation, subject_id__in=subjects, outcome=OperationItem.Outcome.PLANNED
        ).update(outcome=OperationItem.Outcome.FAILED, reason=reason)
        kind = failures.kind_of(reason)
        if kind not in told and len(told) < MOST_STEPS_OF_FAILURES:
            told.add(kind)
            records.step(operation, "failed rows", by="system", note=kind)


def _run_until(stopping: Event, operation_id: int) -> None:
    while not stopping.is_set() and (progress := run_chunk(operation_id)).more:
        stopping.wait(progress.wait)
