"""How an operation or a run stands: a whole success and a partial one are never the same word."""

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from django.db.models import Case, Count, F, Q, TextField, Value, When

from governance.models import Operation, PlaybookRun
from governance.models.operations import OperationQuerySet


class Standing(NamedTuple):
    """A word for people, and the key of its shape and tone."""

    key: str
    word: str


IN_PART = Standing("done_in_part", "Done in part")
NOTHING_DONE = Standing("nothing_done", "Nothing done")
NOTHING_TO_DO = Standing("nothing_to_do", "Nothing to do")
UNDONE = Standing("undone", "Undone")
UNDONE_IN_PART = Standing("undone_in_part", "Undone in part")

OF_DONE = (
    IN_PART,
    NOTHING_DONE,
    NOTHING_TO_DO,
    UNDONE,
    UNDONE_IN_PART,
)


def choices() -> list[tuple[str, str]]:
    """List every way in which an operation can stand, what is done beside its lesser forms."""
    listed = [Standing(state.value, state.label) for state in Operation.State]
    place = listed.index(Standing("done", "Done")) + 1
    return [*listed[:place], *OF_DONE, *listed[place:]]


def with_standing(operations: OperationQuerySet) -> OperationQuerySet:
    """Add to each operation the key of how it stands, as `of` says it."""
    changed = When(applied__gt=0, undone_rows__gte=F("applied"), then=Value(UNDONE.key))
    part_of_it = When(undone_rows__gt=0, then=Value(UNDONE_IN_PART.key))
    other = When(~Q(state=Operation.State.DONE), then=F("state"))
    nothing = When(applied=0, eligible=0, then=Value(NOTHING_TO_DO.key))
    none = When(applied=0, then=Value(NOTHING_DONE.key))
    short = When(applied__lt=F("eligible"), then=Value(IN_PART.key))
    return operations.with_undo().annotate(
        standing=Case(
            changed,
            part_of_it,
            other,
            nothing,
            none,
            short,
            default=F("state"),
            output_field=TextField(),
        )
    )


def counts() -> Counter[str]:
    """Count operations by how they stand. One query."""
    found = with_standing(Operation.objects.order_by()).values_list("standing")  # type: ignore[misc]
    return Counter(dict(found.annotate(Count("pk"))))


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


class Piece(NamedTuple):
    """Rows of a plan with the same end: how many, the word for it, and its fill in a bar."""

    rows: int
    word: str
    fill: str


def pieces(subject: Operation | PlaybookRun) -> list[Piece]:
    """Take a plan apart into what became of its rows; they add up to it.

    What was taken back is no longer done, and what is done without some of its plan is not green.
    A run asks its operations.
    """
    if isinstance(subject, Operation):
        return [piece for piece in _pieces(subject) if piece.rows]
    found: dict[tuple[str, str], int] = {}
    for operation in subject.operations.all():
        for rows, word, fill in _pieces(operation):
            found[word, fill] = found.get((word, fill), 0) + rows
    return [Piece(rows, word, fill) for (word, fill), rows in found.items() if rows]


def _pieces(operation: Operation) -> list[Piece]:
    undone = min(operation.undone_rows, operation.applied)
    is_short = operation.is_final and operation.applied < operation.eligible
    left_alone = "cancelled" if operation.started_at else "never begun"
    return [
        Piece(operation.applied - undone, "applied", "run" if is_short else "good"),
        Piece(undone, "undone", "none"),
        Piece(operation.skipped - operation.late, "refused", "wait"),
        Piece(operation.late, "skipped since the plan", "warn"),
        Piece(operation.failed, "failed", "bad"),
        Piece(operation.cancelled, left_alone, "rest"),
        Piece(operation.planned - operation.accounted, "still to do", "gap"),
    ]


def in_words(subject: Operation | PlaybookRun) -> str:
    """Say every piece of it; empty where all of its plan is done and stands."""
    found = pieces(subject)
    if all(piece.word == "applied" for piece in found):
        return ""
    return ", ".join(f"{piece.rows:,} {piece.word}" for piece in found)


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
