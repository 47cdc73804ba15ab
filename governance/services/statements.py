"""The set-based statements behind a chunk: no row travels to Python."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection, models
from django.db.models.sql import UpdateQuery
from django.utils import timezone

from governance.models import ArchivedError, HubError, Operation, OperationItem
from governance.verbs import VERBS, Verb

CHANGED = "changed since plan"
GONE = "no longer there"
ARCHIVE_FACTS = ("archived_at", "archived_by", "archive_reason", "final_disposition", "retention_expires_at")
SHARED = tuple(field.column for field in HubError._meta.concrete_fields)


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
    items = OperationItem.objects.filter(operation=operation, outcome=OperationItem.Outcome.PLANNED).order_by("subject_id")
    return items.filter(subject_id__gt=operation.cursor) if operation.cursor else items


def free_rows(operation: Operation, subjects: Sequence[UUID]) -> set[UUID]:
    """Return which of `subjects` nobody else holds a lock on."""
    model = subject_model(operation)
    rows = model._default_manager.filter(pk__in=subjects).select_for_update(skip_locked=True, of=("self",))
    there = set(rows.values_list("pk", flat=True))
    gone = set(subjects) - set(model._default_manager.filter(pk__in=subjects).values_list("pk", flat=True))
    return there | gone


def subject_model(operation: Operation) -> type[models.Model]:
    """Return where the rows to change live: an undone archiving is found in the archive, and the other way round."""
    verb = VERBS[operation.verb]
    if not verb.moves:
        return verb.model
    return HubError if leaves_queue(operation) else ArchivedError


def leaves_queue(operation: Operation) -> bool:
    """Return whether a moving operation goes from the queue to the archive; each undo turns the direction."""
    if operation.kind == Operation.Kind.UNDO:
        return not leaves_queue(operation.undoes)
    return VERBS[operation.verb].model is HubError


def execute(operation: Operation, *, size: int) -> Outcome:
    """Apply the operation to its next `size` rows and write their outcomes, in one statement."""
    sql, params = statement(operation)
    return run(operation, sql, params, size=size)


def statement(operation: Operation) -> tuple[str, list[Any]]:
    """Return the changing part: a CTE body named `changed` that returns the ids it changed, and its parameters."""
    verb = VERBS[operation.verb]
    undo = operation.kind == Operation.Kind.UNDO
    if verb.moves:
        return (_archive if leaves_queue(operation) else _restore)(operation, undo=undo)
    return _put_back(operation, verb) if undo else _change(operation, verb)


def _change(operation: Operation, verb: Verb) -> tuple[str, list[Any]]:
    query = verb.model._default_manager.all().query.chain(UpdateQuery)
    query.add_update_values(verb.changes(by=operation.requester, at=timezone.now(), **operation.parameters))
    sql, params = query.get_compiler(connection=connection).as_sql()
    table, key = verb.model._meta.db_table, verb.model._meta.pk.column
    return f'{sql} FROM batch b WHERE "{table}"."{key}" = b.subject_id AND "{table}".version = b.version RETURNING "{table}"."{key}" AS id', list(params)


def _put_back(operation: Operation, verb: Verb) -> tuple[str, list[Any]]:
    table, key = verb.model._meta.db_table, verb.model._meta.pk.column
    columns = ", ".join(f'"{name}"' for name in verb.touches)
    former = ", ".join(f'former."{name}"' for name in verb.touches)
    sql = f"""UPDATE {table} e SET ({columns}) = ROW({former})
        FROM batch b
        JOIN governance_operationitem o ON o.operation_id = %s AND o.subject_id = b.subject_id
        CROSS JOIN LATERAL jsonb_populate_record(NULL::{table}, o.before) former
        WHERE e.{key} = b.subject_id AND e.version = b.version RETURNING e.{key} AS id"""
    return sql, [operation.undoes_id]


def _archive(operation: Operation, *, undo: bool) -> tuple[str, list[Any]]:
    """Move live rows to the archive; as the undo of a restore, with the archive facts they had."""
    columns = [name for name in SHARED if name != "version"]
    listed = ", ".join(f'"{name}"' for name in columns)
    if undo:
        own = ", ".join(f'former."{name}"' if name in UNDONE_BY_RESTORE else f'g."{name}"' for name in columns)
        facts = ", ".join(f"former.{name}" for name in ARCHIVE_FACTS)
        source = """gone g JOIN governance_operationitem o ON o.operation_id = %s AND o.subject_id = g.id
            CROSS JOIN LATERAL jsonb_populate_record(NULL::governance_archivederror, o.before) former"""
        params: list[Any] = [operation.undoes_id]
    else:
        own = ", ".join(f'g."{name}"' for name in columns)
        facts = "%s, %s, %s, g.disposition, %s + t.retention"
        source = "gone g JOIN governance_errortable t ON t.name = g.error_table"
        now = timezone.now()
        params = [now, operation.requester.get_username(), operation.parameters["reason"], now]
    sql = f"""INSERT INTO governance_archivederror ({listed}, version, {", ".join(ARCHIVE_FACTS)})
        SELECT {own}, g.version + 1, {facts} FROM {source} RETURNING id"""
    return GONE_FROM.format(table="governance_huberror") + sql, params


UNDONE_BY_RESTORE = ("disposition", "parked_at", "parked_by", "park_reason", "escalation_level", "escalated_at", "resolved_at", "resolution_note")
GONE_FROM = """/*gone*/DELETE FROM {table} e USING batch b WHERE e.id = b.subject_id AND e.version = b.version RETURNING e.*/*changed*/"""


def _restore(operation: Operation, *, undo: bool) -> tuple[str, list[Any]]:
    """Move archived rows back; a restore puts them into RETRY (or the table's default), an undo where they were."""
    columns = [name for name in SHARED if name != "version"]
    listed = ", ".join(f'"{name}"' for name in columns)
    params: list[Any] = []
    source = "gone g JOIN governance_errortable t ON t.name = g.error_table"
    if undo:
        own = ", ".join(f'former."{name}"' if name in UNDONE_BY_RESTORE else f'g."{name}"' for name in columns)
        source += """ JOIN governance_operationitem o ON o.operation_id = %s AND o.subject_id = g.id
            CROSS JOIN LATERAL jsonb_populate_record(NULL::governance_huberror, o.before) former"""
        params = [operation.undoes_id]
    else:
        state = "CASE WHEN 'RETRY' = ANY (t.allowed_dispositions) THEN 'RETRY' ELSE t.default_disposition END"
        cleared = {"disposition": state, "escalation_level": "0"} | {name: "NULL" for name in UNDONE_BY_RESTORE if name not in ("disposition", "escalation_level")}
        own = ", ".join(cleared.get(name, f'g."{name}"') for name in columns)
    sql = f"""INSERT INTO governance_huberror ({listed}, version)
        SELECT {own}, g.version + 1 FROM {source} RETURNING id"""
    return GONE_FROM.format(table="governance_archivederror") + sql, params


def run(operation: Operation, sql: str, params: list[Any], *, size: int) -> Outcome:
    """Take the next items, change their rows where the version is the planned one, and write every outcome."""
    model = subject_model(operation)
    key = model._meta.pk.column
    gone, _, changed = sql.partition("/*changed*/")
    ctes = f"gone AS ({gone.removeprefix('/*gone*/')}), changed AS ({changed})" if changed else f"changed AS ({sql})"
    after = "AND i.subject_id > %s" if operation.cursor else ""
    text = f"""
        WITH batch AS MATERIALIZED (
            SELECT i.subject_id, i.version FROM governance_operationitem i
            WHERE i.operation_id = %s AND i.outcome = 'planned' {after} ORDER BY i.subject_id LIMIT %s),
        was AS MATERIALIZED (
            SELECT b.subject_id, e.version = b.version AS is_same, {_before(operation)} AS before
            FROM batch b JOIN {model._meta.db_table} e ON e.{key} = b.subject_id),
        {ctes},
        outcomes AS (
            UPDATE governance_operationitem i SET
                outcome = CASE WHEN c.id IS NULL THEN 'skipped' ELSE 'applied' END,
                reason = CASE WHEN c.id IS NULL THEN CASE WHEN w.subject_id IS NULL THEN %s ELSE %s END END,
                before = CASE WHEN c.id IS NOT NULL THEN w.before END
            FROM batch b LEFT JOIN changed c ON c.id = b.subject_id LEFT JOIN was w ON w.subject_id = b.subject_id
            WHERE i.operation_id = %s AND i.subject_id = b.subject_id
            RETURNING i.outcome)
        SELECT count(*) FILTER (WHERE outcome = 'applied'), count(*) FILTER (WHERE outcome = 'skipped'),
            (SELECT subject_id FROM batch ORDER BY subject_id DESC LIMIT 1) FROM outcomes"""
    begin = [operation.pk, *([operation.cursor] if operation.cursor else []), size]
    with connection.cursor() as cursor:
        cursor.execute(text, [*begin, *params, GONE, CHANGED, operation.pk])
        applied, skipped, last = cursor.fetchone()
    return Outcome(applied, skipped, 0, last)


def _before(operation: Operation) -> str:
    """Return the expression for the row as it was: only what this operation may change."""
    model = subject_model(operation)
    verb = VERBS[operation.verb]
    if verb.moves:
        names = (*UNDONE_BY_RESTORE, *ARCHIVE_FACTS) if model is ArchivedError else UNDONE_BY_RESTORE
    else:
        names = verb.touches
    pairs = ", ".join(f"'{name}', e.\"{name}\"" for name in names)
    return f"jsonb_build_object({pairs})"
