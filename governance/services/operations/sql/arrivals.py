"""The statements behind a chunk of an import of hub rows, and of its undo.

Rows are found one by one by their key: rows written a moment ago have no statistics, and a join
that the planner turns round can be quadratic.
"""

from typing import Any

from governance.models import Operation
from governance.queries import arrivals
from governance.queries.operations import undo_groups
from governance.services.operations.sql import changes
from governance.verbs.hubs import ImportRows

# its columns of rows changed by an earlier operation: what they hold now
SAME_COLUMNS = "(SELECT jsonb_object_agg(k, to_jsonb(was) -> k) FROM jsonb_object_keys(f.before) k)"


def changing(operation: Operation, *, undo: bool) -> tuple[str, list[Any]]:
    """Return the CTEs that make and change the rows of `batch`, or take that back; the last is named `changed`."""
    verb = arrivals.verb_of(operation)
    return _take_back(operation, verb) if undo else _bring_in(operation, verb)


def _bring_in(operation: Operation, verb: ImportRows) -> tuple[str, list[Any]]:
    table, key = verb.stored_in, verb.key_column
    columns = [field.column for field in verb.model._meta.concrete_fields if not field.generated]
    listed = ", ".join(f'"{name}"' for name in columns)
    values = ", ".join(f'p."{name}"' for name in columns)
    joins = f"{arrivals.stored(verb)} {arrivals.becoming(verb, given='%s')}"
    sql = f"""coming AS MATERIALIZED (
            SELECT b.tid, b.key, b.version, p AS becomes
            FROM batch b
            CROSS JOIN LATERAL (
                SELECT r.subject_id, r.data FROM governance_importrow r
                WHERE r.file_id = %s AND r.subject_id = b.subject_id AND r.data IS NOT NULL
                LIMIT 1) r
            {joins}),
        made AS (
            INSERT INTO {table} ({listed})
            SELECT {values} FROM coming c CROSS JOIN LATERAL (SELECT (c.becomes).*) p
            WHERE c.version IS NULL
            ON CONFLICT ({key}) DO NOTHING RETURNING {key}),
        updated AS (
            UPDATE {table} SET {_new_values(verb)}
            FROM coming c
            JOIN {table} was ON was.{key} = c.key
            CROSS JOIN LATERAL (SELECT (c.becomes).*) p
            WHERE {table}.ctid = was.ctid AND {table}.version = c.version
                AND was.version = c.version
            RETURNING c.tid, {_former(verb)} AS before),
        changed AS (
            SELECT c.tid, NULL::jsonb AS before FROM made m JOIN coming c ON c.key = m.{key}
            UNION ALL SELECT tid, before FROM updated)"""
    return sql, [operation.import_file.pk, arrivals.defaults(verb)]


def _new_values(verb: ImportRows) -> str:
    """Set what the file changes; what it leaves as it is keeps its own form of nothing."""
    columns = [field for field in verb.fields if field.column != verb.key_column]
    values = [f"{field.column} = {_new_value(field)}" for field in columns]
    own = [f"{name} = {text}" for name, text in changes.counted(verb.model)]
    return ", ".join([*values, *own])


def _new_value(field: Any) -> str:
    is_changed = arrivals.column_differs(field, "was", "p")
    return f"CASE WHEN {is_changed} THEN p.{field.column} ELSE was.{field.column} END"


def _former(verb: ImportRows) -> str:
    """Keep the changed columns as they were."""
    parts = [
        f"CASE WHEN {arrivals.column_differs(field, 'was', 'p')} "
        f"THEN {changes.was([str(field.column)], 'was')} ELSE '{{}}'::jsonb END"
        for field in verb.fields
    ]
    return " || ".join(parts)


def _take_back(operation: Operation, verb: ImportRows) -> tuple[str, list[Any]]:
    """Delete rows that the import made and on which nothing hangs; give the others their former values."""
    table, key = verb.stored_in, verb.key_column
    columns = [field.column for field in verb.fields if field.column != key]
    values = [f"{name} = p.{name}" for name in columns]
    own = [f"{name} = {text}" for name, text in changes.counted(verb.model)]
    hidden = "".join(f" - '{name}'" for name in verb.hidden)
    free = f"NOT ({undo_groups.has_others(verb.model, beside=verb.beside)})"
    sql = f"""former AS MATERIALIZED (
            SELECT b.tid, b.key, b.version, o.before, o.version IS NULL AS made
            FROM batch b
            CROSS JOIN LATERAL (
                SELECT i.before, i.version FROM governance_operationitem i
                WHERE i.plan_key = %s AND i.subject_id = b.subject_id LIMIT 1) o),
        loose AS MATERIALIZED (
            SELECT f.tid, f.key, f.version FROM former f JOIN {table} e ON e.{key} = f.key
            WHERE f.made AND e.version = f.version AND {free}),
        gone AS (
            DELETE FROM {table} e USING loose f
            WHERE e.{key} = f.key AND e.version = f.version
            RETURNING f.tid, to_jsonb(e){hidden} AS before),
        back AS (
            UPDATE {table} SET {", ".join([*values, *own])}
            FROM former f
            JOIN {table} was ON was.{key} = f.key
            CROSS JOIN LATERAL jsonb_populate_record(was, f.before) p
            WHERE NOT f.made AND {table}.ctid = was.ctid AND {table}.version = f.version
                AND was.version = f.version
            RETURNING f.tid, {SAME_COLUMNS} AS before),
        changed AS (SELECT tid, before FROM gone UNION ALL SELECT tid, before FROM back)"""
    return sql, [changes.undone_key(operation)]
