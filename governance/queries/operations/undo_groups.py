"""What an undo would find: rows to give back, changed since, impossible."""

from collections.abc import Iterable, Sequence
from typing import TypedDict

from django.db import connection, models
from django.db.models.expressions import RawSQL

from governance.models import Operation
from governance.queries.operations import places
from governance.subjects import Subject
from governance.verbs.registry import VERBS

CHANGED_SINCE = "changed since"

NOT_REVERSIBLE = "not reversible: no longer there"

HELD = "not reversible: other rows hang on it"

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
    verb = VERBS.get(original.verb)
    is_undoable = verb is None or verb.undoable
    return is_undoable and original.applied > 0 and original.state in ENDED


def is_offered(original: Operation, undos: Iterable[Operation]) -> bool:
    """Return whether a further undo makes sense: none of the `undos` so far waits, runs or has done it."""
    return has_rows(original) and all(undo.state in IN_VAIN for undo in undos)


def groups(undo: Operation) -> UndoGroups:
    """Return the three groups of an undo; rows still to do count as reverted."""
    gone = sum(undo.refusals.get(reason, 0) for reason in (NOT_REVERSIBLE, HELD))
    return {
        "reverted": undo.applied if undo.is_final else undo.eligible,
        "changed_since": undo.skipped - gone,
        "not_reversible": gone + undo.failed,
    }


LEFT = "coalesce(i.version, 0) + 1"
# as the operation left it, or brought back to that by undos of what came later; an uncorrelated
# IN is hashed, where a join over rows without statistics may go quadratic
AS_LEFT = f"(e.version = {LEFT} OR (i.subject_id, e.version, {LEFT}) IN (SELECT * FROM back))"
GROUPS = {
    "reverted": f"e.{{key}} IS NOT NULL AND {AS_LEFT} AND NOT {{held}}",
    "changed_since": f"e.{{key}} IS NOT NULL AND NOT {AS_LEFT}",
    "not_reversible": f"(e.{{key}} IS NULL OR {AS_LEFT} AND {{held}})",
}


def preview(original: Operation) -> UndoGroups:
    """Count the three groups as an undo of `original` would find them now; nothing is planned."""
    counts = ", ".join(f"count(*) FILTER (WHERE {condition})" for condition in GROUPS.values())
    with connection.cursor() as cursor:
        cursor.execute(*_of_applied(original, counts))
        return dict(zip(GROUPS, cursor.fetchone(), strict=True))  # type: ignore[return-value]


def rows_of_group(original: Operation, group: str) -> RawSQL:
    """Return the subjects that an undo of `original` would put into this group now."""
    rows, params = _of_applied(original, "i.subject_id")
    condition = GROUPS[group].format(**_names(original))
    return RawSQL(f"{rows} AND {condition}", params)  # noqa: S611 - column names of our own models, values as parameters


def _of_applied(original: Operation, selected: str) -> tuple[str, list[int]]:
    place = places.after(original)
    return applied_rows(original, place, selected.format(**_names(original)))


def _names(original: Operation) -> dict[str, str]:
    return {"key": str(places.after(original).key.column), "held": is_held(original)}


def is_held(original: Operation) -> str:
    """Return the condition that a row `e` which `original` made cannot go, since others hang on it."""
    verb = VERBS[original.verb]
    if original.undoes_id or not verb.updates:
        return "false"
    others = has_others(verb.model, beside=getattr(verb, "beside", ()))
    return f"(i.version IS NULL AND ({others}))"


def has_others(model: type[models.Model], *, beside: Sequence[str] = ()) -> str:
    """Return the condition that rows of other tables name row `e`; those in `beside` go with it."""
    found = [
        f"EXISTS (SELECT FROM {one.related_model._meta.db_table} x"
        f" WHERE x.{one.field.column} = e.{one.field.target_field.column})"
        for one in model._meta.related_objects
        if one.related_model._meta.db_table not in beside
    ]
    return " OR ".join(found) or "false"


def applied_rows(original: Operation, place: Subject, selected: str) -> tuple[str, list[int]]:
    """Return the SELECT over what `original` changed, and its parameters: item i, and the row e in `place`."""
    table, key = place.model._meta.db_table, place.key.column
    return (
        f"""WITH back AS MATERIALIZED (SELECT * FROM governance.taken_back(%s))
        SELECT {selected} FROM governance_operationitem i
        LEFT JOIN {table} e ON e.{key} = {place.typed("i.subject_id")}
        WHERE i.plan_key = %s AND i.outcome = 'applied'""",
        [original.pk, original.plan_key],
    )
