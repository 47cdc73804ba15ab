"""How far a running operation is: share, rate, time left."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F, Q, Sum

from governance.models import Operation, OperationChunk

WINDOW = 10
# what begins a pace of its own: chunks from before say nothing about it
STARTS = [
    "started",
    "started by approving",
    "started in turn",
    "resumed",
    "resumed by approving",
]
TURNS = [*STARTS, "throttled"]
CELLS = 50
QUIET = timedelta(seconds=5)
# seconds of work below which a rate says nothing
SHORTEST = 1.0


# what is said of chunks that are not done, by the state of the operation
TO_COME: dict[str, str] = {
    Operation.State.RUNNING: "running",
    Operation.State.PAUSED: "waiting",
}


@dataclass(frozen=True)
class Cell:
    """One or more chunks as one field of the strip; `state` is done, skipped, partial, running or empty for still to do."""

    label: str
    state: str


@dataclass(frozen=True)
class Progress:
    """Figures of one moment; `done` and `percent` leave out what was cancelled; `rate` in rows a second, of late while it runs and of all once it has ended, and `left` in seconds are None while unknown; `waits_for_lock` says whose lock it is, empty while there is none."""

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
    """Read how far `operation` is at this moment from its counters and committed chunks, which the database adds up."""
    recent = list(operation.chunks.order_by("-number")[:WINDOW])
    chunks = recent[0].number if recent else 0
    todo = operation.planned - operation.accounted
    done = operation.accounted - operation.cancelled
    rate = (
        _average(operation)
        if operation.is_final
        else _rate(recent, since=_last_turn(operation), limit=operation.throttle)
    )
    left = _left(operation, todo, rate)
    expected = chunks + -(-(operation.planned - done) // _chunk_rows(operation))
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
        chunks=chunks,
        expected=expected,
        cells=_cells(operation, chunks, expected),
        waits_for_worker=waits_for_worker(operation, at=at),
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
    recent: list[OperationChunk], *, since: datetime | None, limit: int | None
) -> float | None:
    """Return rows a second over the last chunks begun under the pace in force, the waits between them included."""
    counted = [
        chunk
        for chunk in recent
        if since is None or chunk.committed_at - timedelta(seconds=chunk.seconds) >= since
    ]
    if not counted:
        return None
    first, last = counted[-1], counted[0]
    seconds = (last.committed_at - first.committed_at).total_seconds() + first.seconds
    rows = sum(chunk.applied + chunk.skipped + chunk.failed for chunk in counted)
    rate = rows / max(seconds, 0.001)
    # the wait after the newest chunk is still to come, so a few chunks look faster than they may be
    return min(rate, limit) if limit else rate


def _average(operation: Operation) -> float | None:
    """Return rows a second over all chunks of what has ended; None where they took too little time to tell."""
    if operation.busy_seconds < SHORTEST:
        return None
    refused = sum(operation.refusals.values())
    rows = operation.accounted - operation.cancelled - refused
    rate: float = rows / operation.busy_seconds
    return min(rate, operation.throttle) if operation.throttle else rate


def _left(operation: Operation, todo: int, rate: float | None) -> float | None:
    """Return seconds to go; before the first chunk under a limit, at that limit."""
    pace = rate or operation.throttle
    return todo / pace if pace and operation.state == Operation.State.RUNNING else None


def _cells(operation: Operation, chunks: int, expected: int) -> list[Cell]:
    """Return at most 50 fields: a long operation puts several chunks into one."""
    each = -(-expected // CELLS) or 1
    short = _short_cells(operation, each)
    to_come = TO_COME.get(operation.state, "left alone")
    return [
        _cell(
            first,
            min(first + each, expected),
            chunks,
            short.get(cell, []),
            to_come,
        )
        for cell, first in enumerate(range(0, expected, each))
    ]


def _short_cells(operation: Operation, each: int) -> dict[int, list[str]]:
    """Say which rows the chunks of a field did not change, where there are such rows."""
    found = (
        operation.chunks.filter(
            Q(failed__gt=0) | Q(skipped__gt=0),
        )
        .values(cell=(F("number") - 1) / each)
        .annotate(
            failures=Sum("failed"),
            skips=Sum("skipped"),
        )
    )
    return {
        field["cell"]: [
            *([f"{field['failures']:,} failed"] if field["failures"] else []),
            *([f"{field['skips']:,} skipped"] if field["skips"] else []),
        ]
        for field in found
    }


def _cell(first: int, end: int, chunks: int, short: list[str], to_come: str) -> Cell:
    name = f"Chunk {first + 1}" if end - first == 1 else f"Chunks {first + 1} to {end}"
    if chunks < end:
        is_next = first <= chunks and to_come == "running"
        later = "waiting" if to_come == "running" else to_come
        return Cell(
            f"{name}: {'running' if is_next else later}",
            "running" if is_next else "",
        )
    if not short:
        return Cell(f"{name}: done", "done")
    told = ", ".join(short)
    return Cell(
        f"{name}: {told}",
        "partial" if "failed" in told else "skipped",
    )


def waits_for_worker(operation: Operation, *, at: datetime) -> bool:
    """Say whether it runs on paper only: no worker has shown a sign of life since somebody started or resumed it."""
    is_known = operation.failures or operation.waits_for
    if operation.state != Operation.State.RUNNING or is_known:
        return False
    begun = operation.steps.filter(kind__in=STARTS).values_list("at", flat=True).first()
    if begun is None or (operation.heartbeat_at and operation.heartbeat_at > begun):
        return False
    newest = operation.chunks.order_by("-number").values_list("committed_at", flat=True).first()
    if newest is not None and newest > begun:
        return False
    return at - begun > QUIET or bool(operation.state_note)
