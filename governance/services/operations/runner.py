"""Running operations: one committed transaction per chunk, an outcome per row, safe to kill at any moment.

A chunk holds the lock on its operation while it works, so there is one runner at a time; when that runner
dies the database rolls its chunk back and frees the lock. What is committed is never repeated, because only
items without an outcome are taken.
"""

import os
import socket
import time
from dataclasses import dataclass
from datetime import timedelta
from threading import Event
from typing import Any

import structlog
from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from psycopg import errors as pg

from governance import policies
from governance.models import Operation, OperationChunk, OperationItem
from governance.services import attribution
from governance.services.operations import records, steering
from governance.services.operations.sql import chunks
from governance.services.playbooks import runs
from outreach_admin.db import limits

log = structlog.get_logger(__name__)

SMALLEST, FIRST, LARGEST = 1000, 2000, 5000
GOOD_SECONDS = 1.0
LOCK_WAIT = "5s"
OTHER_RUNNER_WAIT = 0.1
# Items written a moment ago have no statistics: keep to walking their primary key.
PLANNER = {"enable_bitmapscan": "off", "enable_mergejoin": "off", "jit": "off"}
TRANSIENT = (pg.DeadlockDetected, pg.SerializationFailure)
LOCKED = "row locked by another session for more than 5 s"


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


def run_for(operation_id: int, *, seconds: float) -> Progress:
    """Run chunks for about `seconds`, then return, so that tasks stay short."""
    until = time.monotonic() + seconds
    progress = run_chunk(operation_id)
    while progress.more and not progress.wait and time.monotonic() < until:
        progress = run_chunk(operation_id)
    return progress


def run_chunk(operation_id: int) -> Progress:
    """Give the next rows their outcomes and commit.

    Another runner at work, a pause or an end means nothing to do. A statement that fails as a whole is
    tried with fewer rows, until the row that breaks it stands alone and becomes `failed`.
    """
    rows: int | None = None
    for _ in range(100):
        try:
            with transaction.atomic():
                return _chunk(operation_id, rows)
        except DatabaseError as reason:
            cause = reason.__cause__
            if isinstance(cause, TRANSIENT):
                log.info("chunk repeated", operation_id=operation_id, reason=str(cause))
                continue
            if not isinstance(
                cause,
                pg.IntegrityError
                | pg.DataError
                | pg.InternalError_
                | pg.LockNotAvailable
                | pg.RaiseException,
            ):
                raise
            rows = _smaller(operation_id, rows, cause)
    raise RuntimeError(f"operation {operation_id}: a chunk was tried 100 times")


def _smaller(operation_id: int, rows: int | None, cause: Exception) -> int:
    """Halve the chunk; a row that fails alone is marked, and the next try is of one row again."""
    size = rows if rows is not None else Operation.objects.get(pk=operation_id).chunk_rows
    if isinstance(cause, pg.LockNotAvailable):
        _fail_locked(operation_id, size)
        return size
    if size > 1:
        return max(1, size // 8)
    _fail_next(operation_id, limits.explained(cause) or str(cause).splitlines()[0])
    return 1


def _chunk(operation_id: int, rows: int | None) -> Progress:
    started = time.monotonic()
    operation = (
        Operation.objects.select_for_update(skip_locked=True).filter(pk=operation_id).first()
    )
    if operation is None or operation.state != Operation.State.RUNNING:
        return Progress(0, more=False)
    if _hold_when_no_longer_approved(operation):
        return Progress(0, more=False)
    size = _size(operation, rows)
    _set_locally(PLANNER | {"lock_timeout": LOCK_WAIT})
    attribution.attribute(
        by=operation.requester,
        operation=operation.pk,
        action=chunks.action_of(operation),
        reason=chunks.reason_of(operation),
        channel=operation.channel,
    )
    outcome = chunks.execute(operation, size=size)
    _account(operation, outcome, seconds=time.monotonic() - started, size=size)
    if outcome.rows == 0:
        _end(operation)
        return Progress(0, more=False)
    return Progress(
        outcome.rows,
        more=True,
        wait=_throttled(operation, outcome.rows, time.monotonic() - started),
    )


def _set_locally(settings: dict[str, str]) -> None:
    calls = ", ".join("set_config(%s, %s, true)" for _ in settings)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {calls}", [text for pair in settings.items() for text in pair])


def _size(operation: Operation, rows: int | None) -> int:
    size = rows if rows is not None else operation.chunk_rows
    return max(1, min(size, operation.throttle)) if operation.throttle else size


def _hold_when_no_longer_approved(operation: Operation) -> bool:
    """Pause a gated operation whose approval no longer holds; judged again before every chunk."""
    if not operation.gate:
        return False
    approval, _ = steering.approval_of(operation)
    plan_hash = operation.playbook_run.plan_hash if operation.playbook_run else operation.plan_hash
    blockers = policies.approval_blockers(approval, plan_hash=plan_hash, in_use=True)
    if not blockers:
        return False
    operation.state = Operation.State.PAUSED
    operation.state_note = f"Held: {' '.join(blockers)}"
    operation.save(update_fields=["state", "state_note"])
    records.step(operation, "held", by="system", note=operation.state_note)
    return True


def _account(operation: Operation, outcome: "chunks.Outcome", *, seconds: float, size: int) -> None:
    operation.applied += outcome.applied
    operation.skipped += outcome.skipped
    operation.failed += outcome.failed
    operation.cursor = outcome.cursor or operation.cursor
    operation.state_note = ""
    operation.heartbeat_at = timezone.now()
    operation.busy_seconds += seconds
    if outcome.rows == size:
        wanted = size * GOOD_SECONDS / max(seconds, 0.05)
        operation.chunk_rows = int(min(LARGEST, max(SMALLEST, wanted)))
    operation.save(
        update_fields=[
            "applied",
            "skipped",
            "failed",
            "cursor",
            "heartbeat_at",
            "busy_seconds",
            "chunk_rows",
            "state_note",
        ]
    )
    if outcome.rows:
        OperationChunk.objects.create(
            operation=operation,
            number=operation.chunks.count() + 1,
            applied=outcome.applied,
            skipped=outcome.skipped,
            failed=outcome.failed,
            seconds=seconds,
            worker=f"{socket.gethostname()}:{os.getpid()}",
        )


def _throttled(operation: Operation, rows: int, seconds: float) -> float:
    return max(0.0, rows / operation.throttle - seconds) if operation.throttle else 0.0


def _end(operation: Operation) -> None:
    if operation.accounted != operation.planned:
        operation.cursor = None
        operation.save(update_fields=["cursor"])
        raise RuntimeError(
            f"{operation}: {operation.accounted} of {operation.planned} rows accounted for"
        )
    operation.state = Operation.State.DONE
    operation.finished_at = timezone.now()
    operation.save(update_fields=["state", "finished_at"])
    records.step(
        operation,
        "ended",
        by="system",
        note=f"{operation.applied:,} applied, {operation.skipped:,} skipped, {operation.failed:,} failed",
    )
    if operation.playbook_run is not None:
        runs.advance(operation.playbook_run)


def _fail_next(operation_id: int, reason: str) -> None:
    """Mark the next row as failed with what the database said."""
    with transaction.atomic():
        operation = Operation.objects.select_for_update().get(pk=operation_id)
        first = chunks.next_items(operation).first()
        if first is not None:
            _mark_failed(operation, [first.subject_id], reason)


def _fail_locked(operation_id: int, size: int) -> None:
    """Mark those of the next rows as failed that another session holds, so that the rest goes on."""
    with transaction.atomic():
        operation = Operation.objects.select_for_update().get(pk=operation_id)
        wanted = list(chunks.next_items(operation).values_list("subject_id", flat=True)[:size])
        held = set(wanted) - chunks.free_rows(operation, wanted)
        if held:
            _mark_failed(operation, sorted(held), LOCKED)


def _mark_failed(operation: Operation, subjects: list[str], reason: str) -> None:
    changed: dict[str, Any] = {"outcome": OperationItem.Outcome.FAILED, "reason": reason}
    operation.failed += OperationItem.objects.filter(
        operation=operation, subject_id__in=subjects, outcome="planned"
    ).update(**changed)
    operation.heartbeat_at = timezone.now()
    operation.save(update_fields=["failed", "heartbeat_at"])
    records.step(operation, "failed rows", by="system", note=f"{len(subjects):,}: {reason}")


def resume_abandoned(*, stopping: Event | None = None) -> int:
    """Take up operations whose runner has been silent for TAKE_UP_AFTER seconds and run them here; returns how many.

    Every worker calls this on a timer; `stopping` ends it after the chunk under way.
    """
    stopping = stopping or Event()
    silent = timedelta(seconds=settings.TAKE_UP_AFTER)
    found = list(Operation.objects.abandoned(silent).values_list("pk", flat=True))
    for operation_id in found:
        if not stopping.is_set():
            log.warning("operation taken up", operation_id=operation_id)
            _run_until(stopping, operation_id)
    return len(found)


def _run_until(stopping: Event, operation_id: int) -> None:
    while not stopping.is_set() and (progress := run_chunk(operation_id)).more:
        stopping.wait(progress.wait)
