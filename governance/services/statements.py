"""The set-based statements behind a chunk: no row travels to Python."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID

from django.db import connection, models
from django.db.models.sql import UpdateQuery
from django.utils import timezone

from governance.models import ArchivedError, HubError, Operation, OperationItem
from governance.services import insertions
from governance.verbs import VERBS, Verb

CHANGED = "changed since plan"
GONE = "no longer there"
ARCHIVE_FACTS = (
    "archived_at",
    "archived_by",
    "archive_reason",
    "final_disposition",
    "retention_expires_at",
)
SHARED = tuple(str(field.column) for field in HubError._meta.concrete_fields)


@dataclass(frozen=True)
class Outcome:
    """What one statement did; `cursor` is the last subject it accounted for."""

    applied: int
    skipped: int
    failed: int
    cursor: UUID | None

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


def free_rows(operation: Operation, subjects: Sequence[UUID]) -> set[UUID]:
    """Return which of `subjects` nobody else holds a lock on."""
    model = subject_model(operation)
    rows = model._default_manager.filter(pk__in=subjects).select_for_update(
        skip_locked=True, of=("self",)
    )
    there = set(rows.values_list("pk", flat=True))
    gone = set(subjects) - set(
        model._default_manager.filter(pk__in=subjects).values_list("pk", flat=True)
    )
    return there | gone


def subject_model(operation: Operation) -> type[models.Model]:
    """Return where the rows to change live: an undone archiving is found in the archive, and the other way round."""
    verb = VERBS[operation.verb]
    if not verb.moves:
        return verb.model
    return HubError if leaves_queue(operation) else ArchivedError


def leaves_queue(operation: Operation) -> bool:
    """Return whether a moving operation goes from the queue to the archive; each undo turns the direction."""
    if operation.undoes is not None:
        return not leaves_queue(operation.undoes)
    return VERBS[operation.verb].model is HubError


def execute(operation: Operation, *, size: int) -> Outcome:
    """Apply the operation to its next `size` rows and write their outcomes.

    One statement changes the rows whose version is the planned one and marks their items; a second one
    explains the rest. Items are found again by their tid and everything else by primary key, so that the
    statistics of items written a moment ago cannot turn a join quadratic.
    """
    ctes, params = changing(operation)
    after = "AND i.subject_id > %s" if operation.cursor else ""
    where: list[Any] = [operation.pk, *([operation.cursor] if operation.cursor else [])]
    with connection.cursor() as cursor:
        cursor.execute(
            f"""WITH batch AS MATERIALIZED (
                SELECT i.ctid AS tid, i.subject_id, i.version FROM governance_operationitem i
                WHERE i.operation_id = %s {after} AND i.outcome = 'planned' ORDER BY i.subject_id LIMIT %s),
            {ctes},
            applied AS (
                UPDATE governance_operationitem i SET outcome = 'applied', before = c.before FROM changed c
                WHERE i.ctid = c.tid RETURNING 1)
            SELECT (SELECT count(*) FROM batch), (SELECT count(*) FROM applied),
                (SELECT subject_id FROM batch ORDER BY subject_id DESC LIMIT 1)""",
            [*where, size, *params],
        )
        rows, applied, last = cursor.fetchone()
        if applied < rows:
            _explain_skipped(cursor, operation, last=last)
    return Outcome(applied, rows - applied, 0, last)


def _explain_skipped(cursor: Any, operation: Operation, *, last: UUID) -> None:
    model = subject_model(operation)
    after = "AND i.subject_id > %s" if operation.cursor else ""
    why = insertions.SKIPPED if operation.kind == Operation.Kind.IMPORT else (CHANGED, GONE)
    cursor.execute(
        f"""UPDATE governance_operationitem i SET outcome = 'skipped',
            reason = CASE WHEN EXISTS (SELECT FROM {model._meta.db_table} e WHERE e.{model._meta.pk.column} = i.subject_id) THEN %s ELSE %s END
        WHERE i.operation_id = %s {after} AND i.subject_id <= %s AND i.outcome = 'planned'""",
        [*why, operation.pk, *([operation.cursor] if operation.cursor else []), last],
    )


def changing(operation: Operation) -> tuple[str, list[Any]]:
    """Return the CTEs that change the rows of `batch`, the last named `changed` with columns tid and before, and their parameters."""
    verb = VERBS[operation.verb]
    undo = operation.kind == Operation.Kind.UNDO
    if operation.verb == insertions.VERB:
        return insertions.changing(operation, undo=undo)
    if verb.moves:
        return (_archive if leaves_queue(operation) else _restore)(operation, undo=undo)
    return _put_back(operation, verb) if undo else _change(operation, verb)


def _was(names: Sequence[str], row: str) -> str:
    """Return the expression for the columns `names` of `row` as JSON."""
    pairs = ", ".join(f"'{name}', {row}.\"{name}\"" for name in names)
    return f"jsonb_build_object({pairs})"


def _change(operation: Operation, verb: Verb) -> tuple[str, list[Any]]:
    query = cast("UpdateQuery", verb.model._default_manager.all().query.chain(UpdateQuery))
    query.add_update_values(
        verb.changes(by=operation.requester, at=timezone.now(), **operation.parameters)
    )
    sql, params = query.get_compiler(connection=connection).as_sql()
    return f"changed AS ({sql} {_by_version(verb, alias=verb.model._meta.db_table)})", list(params)


def _by_version(verb: Verb, *, alias: str) -> str:
    """Return FROM, WHERE and RETURNING: the row as it was comes from a second look at the same row in the snapshot."""
    table, key = verb.model._meta.db_table, verb.model._meta.pk.column
    still = f"AND {verb.still}" if verb.still else ""
    return f"""FROM batch b JOIN {table} was ON was.{key} = b.subject_id
        WHERE {alias}.{key} = b.subject_id AND {alias}.version = b.version AND was.version = b.version {still}
        RETURNING b.tid, {_was(verb.touches, "was")} AS before"""


def _put_back(operation: Operation, verb: Verb) -> tuple[str, list[Any]]:
    table, key = verb.model._meta.db_table, verb.model._meta.pk.column
    columns = ", ".join(f'"{name}"' for name in verb.touches)
    former = ", ".join(f'former."{name}"' for name in verb.touches)
    sql = f"""changed AS (UPDATE {table} e SET ({columns}) = ROW({former})
        FROM batch b
        JOIN {table} was ON was.{key} = b.subject_id
        CROSS JOIN LATERAL ({FORMER_ITEM.format(subject="b.subject_id")}) o
        CROSS JOIN LATERAL jsonb_populate_record(NULL::{table}, o.before) former
        WHERE e.{key} = b.subject_id AND e.version = b.version AND was.version = b.version
        RETURNING b.tid, {_was(verb.touches, "was")} AS before)"""
    return sql, [operation.undoes_id]


# LIMIT keeps the planner from joining the other way round
FORMER_ITEM = "SELECT i.before FROM governance_operationitem i WHERE i.operation_id = %s AND i.subject_id = {subject} LIMIT 1"
UNDONE_BY_RESTORE = (
    "disposition",
    "parked_at",
    "parked_by",
    "park_reason",
    "escalation_level",
    "escalated_at",
    "resolved_at",
    "resolution_note",
)
MOVED = tuple(name for name in SHARED if name != "version")


def _former(name: str) -> str:
    return f'former."{name}"' if name in UNDONE_BY_RESTORE else f'g."{name}"'


def _archive(operation: Operation, *, undo: bool) -> tuple[str, list[Any]]:
    """Move live rows to the archive; as the undo of a restore, with the archive facts they had."""
    if undo:
        own = ", ".join(_former(name) for name in MOVED)
        facts = ", ".join(f"former.{name}" for name in ARCHIVE_FACTS)
        source = _with_former("governance_archivederror")
        params: list[Any] = [operation.undoes_id]
    else:
        own = ", ".join(f'g."{name}"' for name in MOVED)
        facts = "%s, %s, %s, g.disposition, %s + t.retention"
        source = "gone g JOIN governance_errortable t ON t.name = g.error_table"
        now = timezone.now()
        params = [now, operation.requester.get_username(), operation.parameters["reason"], now]
    return _move(
        "governance_huberror", "governance_archivederror", own, facts, source, UNDONE_BY_RESTORE
    ), params


def _restore(operation: Operation, *, undo: bool) -> tuple[str, list[Any]]:
    """Move archived rows back; a restore puts them into RETRY (or the table's default), an undo where they were."""
    kept = (*UNDONE_BY_RESTORE, *ARCHIVE_FACTS)
    if undo:
        own = ", ".join(_former(name) for name in MOVED)
        return _move(
            "governance_archivederror",
            "governance_huberror",
            own,
            "",
            _with_former("governance_huberror"),
            kept,
        ), [operation.undoes_id]
    state = "CASE WHEN 'RETRY' = ANY (t.allowed_dispositions) THEN 'RETRY' ELSE t.default_disposition END"
    cleared = dict.fromkeys(UNDONE_BY_RESTORE, "NULL") | {
        "disposition": state,
        "escalation_level": "0",
    }
    own = ", ".join(cleared.get(name, f'g."{name}"') for name in MOVED)
    return _move(
        "governance_archivederror",
        "governance_huberror",
        own,
        "",
        "gone g JOIN governance_errortable t ON t.name = g.error_table",
        kept,
    ), []


def _with_former(table: str) -> str:
    return f"""gone g CROSS JOIN LATERAL ({FORMER_ITEM.format(subject="g.id")}) o
        CROSS JOIN LATERAL jsonb_populate_record(NULL::{table}, o.before) former"""


def _move(start: str, end: str, own: str, facts: str, source: str, kept: Sequence[str]) -> str:
    columns = ", ".join(
        [*(f'"{name}"' for name in MOVED), "version", *(ARCHIVE_FACTS if facts else ())]
    )
    return f"""gone AS (DELETE FROM {start} e USING batch b WHERE e.id = b.subject_id AND e.version = b.version RETURNING e.*, b.tid),
        moved AS (INSERT INTO {end} ({columns}) SELECT {own}, g.version + 1{", " + facts if facts else ""} FROM {source}),
        changed AS (SELECT g.tid, {_was(kept, "g")} AS before FROM gone g)"""
