"""How far a running operation is: share, rate, time left."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from governance.models import Operation, OperationChunk

WINDOW = 10
# what begins a pace of its own: chunks from before say nothing about it
TURNS = ["started", "resumed", "throttled"]
CELLS = 50
QUIET = timedelta(seconds=5)


@dataclass(frozen=True)
class Cell:
    """One or more chunks as one field of the strip; `state` is done, partial, running or empty for still to do."""

    label: str
    state: str


@dataclass(frozen=True)
class Progress:
    """Figures of one moment; `done` and `percent` leave out what was cancelled; `rate` in rows a second of late and `left` in seconds are None while unknown; `waits_for_lock` says whose lock it is, empty while there is none."""

    percent: int
    accounted: int
    done: int
    todo: int
    rate: float | None
    left: float | None
    ends_at: datetime | None
    elapsed: float
    chunks: int
    expected: int
    cells: list[Cell]
    waits_for_worker: bool
    waits_for_lock: str


def of(operation: Operation, *, at: datetime) -> Progress:
    """Read how far `operation` is at this moment from its counters and committed chunks."""
    chunks = list(operation.chunks.order_by("number"))
    todo = operation.planned - operation.accounted
    done = operation.accounted - operation.cancelled
    rate = _rate(chunks, since=_last_turn(operation), limit=operation.throttle)
    left = _left(operation, todo, rate)
    expected = len(chunks) + -(-(operation.planned - done) // _chunk_rows(operation))
    return Progress(
        percent=100 * done // operation.planned if operation.planned else 100,
        accounted=operation.accounted,
        done=done,
        todo=todo,
        rate=rate,
        left=left,
        ends_at=at + timedelta(seconds=left) if left is not None else None,
        elapsed=((operation.finished_at or at) - operation.started_at).total_seconds()
        if operation.started_at
        else 0,
        chunks=len(chunks),
        expected=expected,
        cells=_cells(chunks, expected, is_running=operation.state == Operation.State.RUNNING),
        waits_for_worker=_waits(operation, chunks, at=at),
        waits_for_lock=lock_of(operation),
    )


def lock_of(operation: Operation) -> str:
    """Say who holds the lock that rows of a running operation wait for; empty while none does."""
    if operation.state != Operation.State.RUNNING or not operation.waits_for:
        return ""
    return f"waiting for a lock held by {operation.waits_for}"


def _chunk_rows(operation: Operation) -> int:
    return max(1, min(operation.chunk_rows, operation.throttle or operation.chunk_rows))


def _last_turn(operation: Operation) -> datetime | None:
    return operation.steps.filter(kind__in=TURNS).values_list("at", flat=True).first()


def _rate(
    chunks: list[OperationChunk], *, since: datetime | None, limit: int | None
) -> float | None:
    """Return rows a second over the last chunks begun under the pace in force, the waits between them included."""
    recent = [
        chunk
        for chunk in chunks[-WINDOW:]
        if since is None or chunk.committed_at - timedelta(seconds=chunk.seconds) >= since
    ]
    if not recent:
        return None
    seconds = (recent[-1].committed_at - recent[0].committed_at).total_seconds() + recent[0].seconds
    rate = sum(chunk.applied + chunk.skipped + chunk.failed for chunk in recent) / max(
        seconds, 0.001
    )
    # the wait after the newest chunk is still to come, so a few chunks look faster than they may be
    return min(rate, limit) if limit else rate


def _left(operation: Operation, todo: int, rate: float | None) -> float | None:
    """Return seconds to go; before the first chunk under a limit, at that limit."""
    pace = rate or operation.throttle
    return todo / pace if pace and operation.state == Operation.State.RUNNING else None


def _cells(chunks: list[OperationChunk], expected: int, *, is_running: bool) -> list[Cell]:
    """Return at most 50 fields: a long operation puts several chunks into one."""
    each = -(-expected // CELLS) or 1
    return [
        _cell(chunks, first, min(first + each, expected), is_running=is_running)
        for first in range(0, expected, each)
    ]


def _cell(chunks: list[OperationChunk], first: int, end: int, *, is_running: bool) -> Cell:
    inside = chunks[first:end]
    name = f"Chunk {first + 1}" if end - first == 1 else f"Chunks {first + 1} to {end}"
    if first <= len(chunks) < end and is_running:
        return Cell(f"{name}: running", "running")
    if len(inside) < end - first:
        return Cell(f"{name}: waiting", "")
    failed = sum(chunk.failed for chunk in inside)
    return (
        Cell(f"{name}: {failed:,} failed", "partial") if failed else Cell(f"{name}: done", "done")
    )


def _waits(operation: Operation, chunks: list[OperationChunk], *, at: datetime) -> bool:
    """Whether it runs on paper only: nothing was committed since somebody started or resumed it."""
    if operation.state != Operation.State.RUNNING or operation.waits_for:
        return False
    begun = (
        operation.steps.filter(kind__in=["started", "resumed"]).values_list("at", flat=True).first()
    )
    if begun is None or any(chunk.committed_at > begun for chunk in chunks):
        return False
    return at - begun > QUIET or bool(operation.state_note)
