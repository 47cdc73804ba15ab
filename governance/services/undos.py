"""Taking an operation back: every row to its own former state, as an operation of its own."""

from collections.abc import Iterable
from typing import TypedDict

from django.contrib.auth.models import User
from django.db import connection, models, transaction
from django.db.models.expressions import RawSQL

from governance import policies
from governance.exceptions import NotPermitted, PlanRefused, StateRefused
from governance.models import ArchivedError, HubError, Operation, PlaybookRun
from governance.services import operations, statements
from governance.verbs import VERBS

CHANGED_SINCE = "changed since"
NOT_REVERSIBLE = "not reversible: no longer there"
ENDED = (Operation.State.DONE, Operation.State.CANCELLED, Operation.State.FAILED)
IN_VAIN = (
    Operation.State.CANCELLED,
    Operation.State.EXPIRED,
    Operation.State.REJECTED,
    Operation.State.FAILED,
)


class UndoGroups(TypedDict):
    """Rows of an undo: done or to do, left alone because somebody changed them since, impossible."""

    reverted: int
    changed_since: int
    not_reversible: int


def has_rows(original: Operation) -> bool:
    """Return whether the operation has ended and left rows that an undo would look at."""
    return original.applied > 0 and original.state in ENDED


def is_offered(original: Operation, undos: Iterable[Operation]) -> bool:
    """Return whether a further undo makes sense: none of the `undos` so far waits, runs or has done it."""
    return has_rows(original) and all(undo.state in IN_VAIN for undo in undos)


def plan(
    original: Operation,
    *,
    by: User,
    channel: str = "browser",
    os_user: str | None = None,
    note: str = "",
    playbook_run: PlaybookRun | None = None,
    position: int | None = None,
) -> Operation:
    """Freeze the undo of an ended operation, by itself or as a step of the undo of a run: rows that were changed since are left alone.

    Raises NotPermitted, StateRefused (still running, an undo waits already), PlanRefused (nothing left to undo).
    """
    if not policies.may_run(by, original):
        raise NotPermitted(
            f"You may not undo {original}.", what_to_do="Ask a person in the group that may."
        )
    if not has_rows(original):
        raise StateRefused(
            f"{original} has nothing to undo: it is {original.get_state_display().lower()}, {original.applied:,} rows applied."
        )
    with transaction.atomic():
        # one at a time: two people who ask at once would plan it twice
        _refuse_second(operations.locked(original))
        undo = operations.draft(
            VERBS[original.verb],
            by,
            kind=Operation.Kind.UNDO,
            undoes=original,
            filter=f"operation=OP-{original.pk}",
            scope="undo",
            channel=channel,
            os_user=os_user,
            note=note,
            playbook_run=playbook_run,
            position=position,
        )
        _insert_items(undo, original)
        operations.freeze(undo, by=by)
        if not undo.eligible:
            why = ", ".join(f"{rows:,} {reason}" for reason, rows in undo.refusals.items())
            raise PlanRefused(
                f"Nothing of {original} can be undone. Its rows: {why}.",
                what_to_do="Act on the rows as they are now.",
            )
    return undo


def _refuse_second(original: Operation) -> None:
    waiting = original.undos.filter(
        state__in=[*Operation.WAITING_STATES, *Operation.LIVE_STATES]
    ).first()
    if waiting:
        raise StateRefused(f"{waiting} already undoes {original}.", what_to_do=f"Open {waiting}.")


def _insert_items(undo: Operation, original: Operation) -> None:
    model = HubError if original.kind == Operation.Kind.IMPORT else statements.subject_model(undo)
    table, key = model._meta.db_table, model._meta.pk.column
    with connection.cursor() as cursor:
        cursor.execute(
            f"""INSERT INTO governance_operationitem (operation_id, subject_id, version, outcome, reason)
            SELECT %s, i.subject_id, e.version,
                CASE WHEN e.version = coalesce(i.version, 0) + 1 THEN 'planned' ELSE 'skipped' END,
                CASE WHEN e.{key} IS NULL THEN %s WHEN e.version <> coalesce(i.version, 0) + 1 THEN %s END
            FROM governance_operationitem i LEFT JOIN {table} e ON e.{key} = i.subject_id
            WHERE i.operation_id = %s AND i.outcome = 'applied' ORDER BY i.subject_id""",
            [undo.pk, NOT_REVERSIBLE, CHANGED_SINCE, original.pk],
        )


def groups(undo: Operation) -> UndoGroups:
    """Return the three groups of an undo; rows still to do count as reverted."""
    gone = undo.refusals.get(NOT_REVERSIBLE, 0)
    return {
        "reverted": undo.applied if undo.is_final else undo.eligible,
        "changed_since": undo.skipped - gone,
        "not_reversible": gone + undo.failed,
    }


GROUPS = {
    "reverted": "e.version = coalesce(i.version, 0) + 1",
    "changed_since": "e.version <> coalesce(i.version, 0) + 1",
    "not_reversible": "e.{key} IS NULL",
}


def preview(original: Operation) -> UndoGroups:
    """Count the three groups as an undo of `original` would find them now; nothing is planned."""
    counts = ", ".join(f"count(*) FILTER (WHERE {condition})" for condition in GROUPS.values())
    with connection.cursor() as cursor:
        cursor.execute(_applied_rows(original, counts), [original.pk])
        return dict(zip(GROUPS, cursor.fetchone(), strict=True))  # type: ignore[return-value]


def rows_of_group(original: Operation, group: str) -> RawSQL:
    """Return the subjects that an undo of `original` would put into this group now."""
    return RawSQL(  # noqa: S611 - column names of our own models, values as parameters
        f"{_applied_rows(original, 'i.subject_id')} AND {GROUPS[group]}".format(
            key=_place_of_changed(original)._meta.pk.column
        ),
        [original.pk],
    )


def _applied_rows(original: Operation, selected: str) -> str:
    model = _place_of_changed(original)
    table, key = model._meta.db_table, model._meta.pk.column
    return f"""SELECT {selected.format(key=key)} FROM governance_operationitem i LEFT JOIN {table} e ON e.{key} = i.subject_id
        WHERE i.operation_id = %s AND i.outcome = 'applied'"""


def _place_of_changed(original: Operation) -> type[models.Model]:
    """Return where the rows that `original` changed are now."""
    if original.kind == Operation.Kind.IMPORT:
        return HubError
    verb = VERBS[original.verb]
    if not verb.moves:
        return verb.model
    return ArchivedError if statements.leaves_queue(original) else HubError
