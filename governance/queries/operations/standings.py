"""How an operation or a run stands: a whole success and a partial one are never the same word."""

from collections.abc import Iterable
from typing import NamedTuple

from governance.models import Operation, PlaybookRun


class Standing(NamedTuple):
    """A word for people, and the key of its shape and tone."""

    key: str
    word: str


IN_PART = Standing("done_in_part", "Done in part")
NOTHING_DONE = Standing("nothing_done", "Nothing done")
NOTHING_TO_DO = Standing("nothing_to_do", "Nothing to do")
UNDONE = Standing("undone", "Undone")
UNDONE_IN_PART = Standing("undone_in_part", "Undone in part")


def of(subject: Operation | PlaybookRun) -> Standing:
    """Return how it stands. A run asks its operations, undos count where they were read `with_undo`."""
    operations = [subject] if isinstance(subject, Operation) else list(subject.operations.all())
    if undone := _undone(operations):
        return undone
    stored = Standing(subject.state, subject.get_state_display())
    if subject.state != Operation.State.DONE:
        return stored
    return _shortfall(operations) or stored


def is_short(subject: Operation | PlaybookRun) -> bool:
    """Say whether it is done without some or all rows of its plan, whatever became of them since."""
    operations = [subject] if isinstance(subject, Operation) else list(subject.operations.all())
    if subject.state != Operation.State.DONE:
        return False
    return _shortfall(operations) in (IN_PART, NOTHING_DONE)


def missing(subject: Operation) -> list[str]:
    """Say in words which rows of its plan an operation did not change, so far."""
    counted = {
        "failed": subject.failed,
        "skipped since the plan": subject.late,
        "cancelled": subject.cancelled if subject.started_at else 0,
    }
    return [f"{rows:,} {what}" for what, rows in counted.items() if rows]


def _undone(operations: Iterable[Operation]) -> Standing | None:
    changed = [operation for operation in operations if operation.applied]
    if not any(operation.undone_rows for operation in changed):
        return None
    is_whole = all(operation.undone_rows >= operation.applied for operation in changed)
    return UNDONE if is_whole else UNDONE_IN_PART


def _shortfall(operations: Iterable[Operation]) -> Standing | None:
    """Return what a subject that is done falls short of; None where it has every row of its plan."""
    listed = list(operations)
    applied = sum(operation.applied for operation in listed)
    short = sum(operation.failed + operation.late + operation.cancelled for operation in listed)
    if not applied:
        return NOTHING_DONE if short else NOTHING_TO_DO
    return IN_PART if short else None
