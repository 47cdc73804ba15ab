"""The statements of one chunk: its rows, what changes them, their outcomes; no row travels to Python."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, models

from governance.models import Operation, OperationItem
from governance.queries.operations import places, staged
from governance.services.operations.sql import arrivals, changes, imports, moves, removals
from governance.verbs.registry import VERBS

CHANGED = "changed since plan"

GONE = "no longer there"


@dataclass(frozen=True)
class Outcome:
    """What one statement did; `cursor` is the last subject it accounted for."""

    applied: int
    skipped: int
    failed: int
    cursor: str | None

    @property
    def rows(self) -> int:
        return self.applied + self.skipped + self.failed


def action_of(operation: Operation) -> str:
    """Return the audit action; an undo writes the action that leads back."""
    if operation.kind == Operation.Kind.UNDO:
        return "UNDO"
    return VERBS[operation.verb].action


def reason_of(operation: Operation) -> str:
    """Return the reason kept with every event."""
    if operation.kind == Operation.Kind.UNDO:
        return f"undo of OP-{operation.undoes_id} ({operation.verb})"
    return VERBS[operation.verb].reason(operation.parameters)


def next_items(operation: Operation) -> models.QuerySet[OperationItem]:
    """Return the items still to do, in the order they are taken."""
    items = OperationItem.objects.filter(
        operation=operation, outcome=OperationItem.Outcome.PLANNED
    ).order_by("subject_id")
    return items.filter(subject_id__gt=operation.cursor) if operation.cursor else items


def before(operation: Operation, subject: str) -> str | None:
    """Return the subject of the item before this one, whatever its outcome; None before the first."""
    earlier = operation.items.filter(subject_id__lt=subject).order_by("-subject_id")
    return earlier.values_list("subject_id", flat=True).first()


def free_rows(operation: Operation, subjects: Sequence[str]) -> set[str]:
    """Return which of `subjects` nobody else holds a lock on."""
    stored = places.before(operation).rows.filter(pk__in=subjects)
    rows = stored.select_for_update(skip_locked=True, no_key=True, of=("self",))
    there = {str(key) for key in rows.values_list("pk", flat=True)}
    gone = set(subjects) - {str(key) for key in stored.values_list("pk", flat=True)}
    return there | gone


def execute(operation: Operation, *, size: int) -> Outcome:
    """Apply the operation to its next `size` rows and write their outcomes.

    One statement changes the rows whose version is the planned one and marks their items; a second one
    explains the rest. Items are found again by their tid and everything else by primary key, so that the
    statistics of items written a moment ago cannot turn a join quadratic.
    """
    ctes, params = changing(operation)
    place = places.before(operation)
    after = "AND i.subject_id > %s" if operation.cursor else ""
    where: list[Any] = [operation.plan_key, *([operation.cursor] if operation.cursor else [])]
    with connection.cursor() as cursor:
        is_checked_now = VERBS[operation.verb].updates
        if is_checked_now:
            # what names a row that is not there fails alone, not with the whole chunk
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(
            f"""WITH batch AS MATERIALIZED (
                SELECT i.ctid AS tid, i.subject_id, {place.typed("i.subject_id")} AS key, i.version
                FROM governance_operationitem i
                WHERE i.plan_key = %s {after} AND i.outcome = 'planned' ORDER BY i.subject_id LIMIT %s),
            {ctes},
            applied AS (
                UPDATE governance_operationitem i SET outcome = 'applied', before = c.before FROM changed c
                WHERE i.ctid = c.tid RETURNING 1)
            SELECT (SELECT count(*) FROM batch), (SELECT count(*) FROM applied),
                (SELECT subject_id FROM batch ORDER BY subject_id DESC LIMIT 1)""",
            [*where, size, *params],
        )
        rows, applied, last = cursor.fetchone()
        if is_checked_now:
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        if applied < rows:
            _explain_skipped(cursor, operation, last=last)
    return Outcome(applied, rows - applied, 0, last)


def _explain_skipped(cursor: Any, operation: Operation, *, last: str) -> None:
    place = places.before(operation)
    after = "AND i.subject_id > %s" if operation.cursor else ""
    is_new = operation.kind == Operation.Kind.IMPORT and operation.verb == staged.VERB
    why = staged.SKIPPED if is_new else (CHANGED, GONE)
    cursor.execute(
        f"""UPDATE governance_operationitem i SET outcome = 'skipped',
            reason = CASE WHEN EXISTS (SELECT FROM {place.model._meta.db_table} e WHERE e.{place.key.column} = {place.typed("i.subject_id")}) THEN %s ELSE %s END
        WHERE i.plan_key = %s {after} AND i.subject_id <= %s AND i.outcome = 'planned'""",
        [*why, operation.plan_key, *([operation.cursor] if operation.cursor else []), last],
    )


def changing(operation: Operation) -> tuple[str, list[Any]]:
    """Return the CTEs that change the rows of `batch`, the last named `changed` with columns tid and before, and their parameters."""
    verb = VERBS[operation.verb]
    undo = operation.kind == Operation.Kind.UNDO
    if verb.updates:
        return arrivals.changing(operation, undo=undo)
    if verb.brings_in:
        return imports.changing(operation, undo=undo)
    if verb.removes:
        return removals.changing(operation)
    if verb.moves_to:
        way = places.before(operation).name, places.after(operation).name
        return moves.WAYS[way](operation, undo=undo)
    return changes.put_back(operation, verb) if undo else changes.change(operation, verb)
