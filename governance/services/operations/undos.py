"""Taking an operation back: every row to its own former state, as an operation of its own."""

from django.contrib.auth.models import User
from django.db import connection, transaction

from governance import policies
from governance.exceptions import NotPermitted, PlanRefused, StateRefused
from governance.models import Operation, PlaybookRun
from governance.queries.operations import places, undo_groups
from governance.services.operations import plans, records
from governance.verbs.registry import VERBS
from outreach_admin.ui import figures


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
    _refuse_unless_undoable(original, by)
    with transaction.atomic():
        # one at a time: two people who ask at once would plan it twice
        _refuse_second(records.locked(original))
        undo = plans.draft(
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
        plans.freeze(undo, by=by)
        _refuse_without_rows(undo, original)
    return undo


def _refuse_unless_undoable(original: Operation, by: User) -> None:
    if not policies.may_run(by, original):
        raise NotPermitted(
            f"You may not undo {original}.", what_to_do="Ask a person in the group that may."
        )
    if not VERBS[original.verb].undoable:
        raise StateRefused(
            f"The rows of {original} are {VERBS[original.verb].done}: nothing brings them back."
        )
    if not undo_groups.has_rows(original):
        raise StateRefused(
            f"{original} has nothing to undo: it is {original.get_state_display().lower()}, {figures.counted(original.applied)} applied."
        )


def _refuse_second(original: Operation) -> None:
    waiting = original.undos.filter(
        state__in=[*Operation.WAITING_STATES, *Operation.LIVE_STATES]
    ).first()
    if waiting:
        raise StateRefused(f"{waiting} already undoes {original}.", what_to_do=f"Open {waiting}.")


def _refuse_without_rows(undo: Operation, original: Operation) -> None:
    if undo.eligible:
        return
    why = ", ".join(f"{rows:,} {reason}" for reason, rows in undo.refusals.items())
    raise PlanRefused(
        f"Nothing of {original} can be undone. Its rows: {why}.",
        what_to_do="Act on the rows as they are now.",
    )


def _insert_items(undo: Operation, original: Operation) -> None:
    place = places.before(undo)
    held = undo_groups.is_held(original)
    rows, params = undo_groups.applied_rows(
        original,
        place,
        f"""{int(undo.plan_key)}, i.subject_id, e.version,
        CASE WHEN {undo_groups.AS_LEFT} AND NOT {held} THEN 'planned' ELSE 'skipped' END,
        CASE WHEN e.{place.key.column} IS NULL THEN '{undo_groups.NOT_REVERSIBLE}'
            WHEN NOT {undo_groups.AS_LEFT} THEN '{undo_groups.CHANGED_SINCE}'
            WHEN {held} THEN '{undo_groups.HELD}' END""",
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f"""INSERT INTO governance_operationitem (plan_key, subject_id, version, outcome, reason)
            {rows} ORDER BY i.subject_id""",
            params,
        )
