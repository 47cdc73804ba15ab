"""Errors that plain SQL archives: set to ARCHIVED they are moved by the same statement, and jobs move them by keys."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import models
from django.db.models import Q

from outreach_admin.db.declarations import Declaration, Model, after_statement, call, function
from outreach_admin.db.objects import Key, Kind, SqlObject

TRIGGER = "z_archive"
# how the history calls an update that nobody attributes. Of a move it is the only event: the deletion
# has none
ACTION = """CASE WHEN {new}.archived_at IS NOT NULL THEN 'ARCHIVE'
    WHEN {new}.disposition = 'RETRY' AND {new}.retry_count > {old}.retry_count THEN 'RETRY'
    ELSE governance.outside_action({old}.disposition, {new}.disposition) END"""
RECORDED = "{row}.archived_at IS NOT NULL"
# as they were before the statement, which took them away
FORMER = (
    "disposition",
    "parked_at",
    "parked_by",
    "park_reason",
    "escalation_level",
    "escalated_at",
)
# rows are looked up by an array of keys; an archived row of the same id is kept whole by its history
MOVE = """WITH gone AS (DELETE FROM {table} WHERE id = ANY (ids) RETURNING *)
    INSERT INTO {archive} ({columns}, version, archived_at, archived_by, archive_reason,
        final_disposition, retention_expires_at)
    SELECT {values}, g.version + 1, coalesce(g.archived_at, now()),
        coalesce(governance.setting('actor'), session_user), {because}, o.disposition,
        now() + t.retention
    FROM gone g
    JOIN {before} o ON o.id = g.id
    JOIN governance_errortable t ON t.name = g.error_table
    ON CONFLICT (id) DO UPDATE SET ({taken}) = ROW({given});"""
# a guard has filled archived_at in; it is never set otherwise. Transition tables have no statistics:
# joined by nested loops, many rows would take for ever
AT_ONCE = """RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET enable_nestloop TO off AS $$
DECLARE
    ids uuid[] := ARRAY(SELECT id FROM new_rows WHERE archived_at IS NOT NULL);
BEGIN
    IF cardinality(ids) = 0 THEN
        RETURN NULL;
    END IF;
    {move}
    RETURN NULL;
END
$$"""
BY_KEYS = """CREATE OR REPLACE FUNCTION {name}(ids uuid[], because text) RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
    moved bigint;
BEGIN
    {move}
    GET DIAGNOSTICS moved = ROW_COUNT;
    RETURN moved;
END
$$"""
FACTS = (
    "archived_at",
    "archived_by",
    "archive_reason",
    "final_disposition",
    "retention_expires_at",
)


def paired(name: str) -> models.CheckConstraint:
    """Refuse the moment of archiving on a row that is not ARCHIVED."""
    condition = Q(archived_at=None) | Q(disposition="ARCHIVED")
    return models.CheckConstraint(condition=condition, name=name)


@dataclass(frozen=True)
class ArchivedAtOnce(Declaration):
    """Move rows whose `archived_at` a statement has set to the model named `into`: MANUAL, by whoever is acting.

    Also make archive_errors(ids, because), which moves the rows with these keys and returns how many they were.
    """

    into: str

    def objects(self, model: Model) -> Iterator[SqlObject]:
        """Make the functions, and a trigger for each kind of statement that writes rows."""
        for event, before in {"UPDATE": "old_rows", "INSERT": "new_rows"}.items():
            name = f"archive_at_once_{event.lower()}"
            move = self._move(model, before, because="'MANUAL'")
            moving = function(model, name, AT_ONCE.format(move=move))
            yield moving
            yield after_statement(model, TRIGGER, event, call=call(moving.key.name))
        full = f"{model._meta.app_label}.archive_errors"
        move = self._move(model, "gone", because="because")
        text = BY_KEYS.format(name=full, move=move)
        yield SqlObject(Key(Kind.FUNCTION, full), text, model._meta.label)

    def _move(self, model: Model, before: str, *, because: str) -> str:
        archive = model._meta.apps.get_model(model._meta.app_label, self.into)
        there = {field.column for field in archive._meta.local_concrete_fields}
        columns = [
            str(field.column)
            for field in model._meta.local_concrete_fields
            if field.column in there and field.column not in ("version", "archived_at")
        ]
        taken = [name for name in (*columns, *FACTS) if name != "id"]
        return MOVE.format(
            table=model._meta.db_table,
            archive=archive._meta.db_table,
            columns=", ".join(columns),
            values=", ".join(f"{'o' if name in FORMER else 'g'}.{name}" for name in columns),
            before=before,
            because=because,
            taken=", ".join(taken),
            given=", ".join(f"excluded.{name}" for name in taken),
        )
