"""Rows that an ended operation left undone, and that can still be done."""

from collections.abc import Collection, Sequence

from django.db.models import (
    Count,
    Exists,
    OuterRef,
    Q,
    QuerySet,
)
from django.db.models.functions import Cast

from governance.models import (
    Operation,
    OperationItem,
)
from governance.queries.operations import places
from governance.verbs.registry import VERBS

LEFT = [
    OperationItem.Outcome.FAILED,
    OperationItem.Outcome.SKIPPED,
    OperationItem.Outcome.CANCELLED,
]
# of more rows than that a page looks at the first ones, and takes the others to be like them
AT_MOST = 10_000

Line = tuple[str, str]


def can_be_done(operation: Operation) -> Q:
    """Return the condition on items of `operation` whose rows it could still do, whoever has changed them since.

    A row that somebody mended is refused by the verb now; what can be done to a row again and again, and
    an undo, only go by its version. An import could still bring in what is not there.
    """
    place = places.before(operation)
    key = Cast(
        OuterRef("subject_id"),
        output_field=type(place.key)(),
    )
    row = place.rows.filter(pk=key)
    if operation.kind == Operation.Kind.IMPORT:
        return ~Q(Exists(row))
    verb = VERBS[operation.verb]
    if operation.undoes_id or verb.repeats:
        row = row.filter(version=OuterRef("version"))
    if not operation.undoes_id:
        asked = verb.read(operation.parameters)
        row = row.annotate(refused=verb.refusal(asked))
        row = row.filter(refused=None)
    return Q(Exists(row))


def failed(operations: Sequence[Operation]) -> dict[int, int]:
    """Count by operation the failed rows that can still be done; those with none are left out. One query, none without operations."""
    if not operations:
        return {}
    conditions = Q()
    for operation in operations:
        its_own = Q(operation=operation)
        conditions |= its_own & can_be_done(operation)
    found = OperationItem.objects.filter(
        conditions,
        operation__in=operations,
        outcome=OperationItem.Outcome.FAILED,
    )
    by_operation = found.values_list("operation__pk")
    return dict(by_operation.annotate(Count("subject_id")))


def lines(operation: Operation) -> Collection[Line]:
    """Return outcome and reason of the rows that can be planned again: of an ended operation, and only while one of them would be eligible."""
    if operation.kind != Operation.Kind.VERB:
        return frozenset()
    rows = _count_of_left(operation)
    if not operation.is_final or not rows:
        return frozenset()
    left = _left(operation)
    if rows > AT_MOST:
        first = left.order_by("subject_id").values("subject_id")
        left = left.filter(subject_id__in=first[:AT_MOST])
    found = left.filter(can_be_done(operation)).order_by()
    named = found.values_list("outcome", "reason").distinct()
    return {
        (
            outcome,
            reason or "",
        )
        for outcome, reason in named
    }


def _count_of_left(operation: Operation) -> int:
    """Return how many rows it left undone, apart from what its verb refused when it was planned."""
    refused: int = sum(operation.refusals.values())
    undone = operation.skipped + operation.failed + operation.cancelled
    return undone - refused


def _left(operation: Operation) -> QuerySet[OperationItem]:
    refused = Q(
        outcome=OperationItem.Outcome.SKIPPED,
        reason__in=list(operation.refusals),
    )
    left = operation.items.filter(outcome__in=LEFT)
    return left.exclude(refused)
