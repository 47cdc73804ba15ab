"""What is recorded when rows change: triggers that a model gets by declaring its history.

A row that is written as it was has not changed and leaves no event.

The console names itself through settings local to its transaction (outreach.actor, .operation,
.action, .reason, .channel, .request); a change without an actor came from outside and keeps the
full row before and after.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import models

from governance.declarations import moves
from outreach_admin.db.declarations import (
    AfterRows,
    Declaration,
    Model,
    after_statement,
    call,
    function,
)
from outreach_admin.db.objects import SqlObject

TRIGGER = "e_history"
# transition tables have no statistics: with nested loops the join of old and new rows is quadratic
BODY = """RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER{setting} AS $$
DECLARE
    actor_ text := governance.setting('actor');
    action_ text := governance.setting('action');
    operation_ bigint := governance.setting('operation')::bigint;
    reason_ text := governance.setting('reason');
    channel_ text := governance.setting('channel');
    request_ text := governance.setting('request');
BEGIN
    IF reason_ IS NULL AND current_setting('outreach.run', true) <> '' THEN
        reason_ := governance.reason_by_run();
    END IF;
    INSERT INTO governance_event (
        {columns})
    SELECT
        {values}
    FROM {rows};
    RETURN NULL;
END
$$"""
ATTRIBUTION = {
    "txid": "pg_current_xact_id()::text::bigint",
    "db_user": "session_user",
    "operation_id": "operation_",
    "actor": "actor_",
    "reason": "reason_",
    "channel": "channel_",
    "request_id": "request_",
}


@dataclass(frozen=True)
class Moved:
    """Where deleted rows may have gone: `action` names the move; without it no event does.

    What stands there by the same key has moved where it has the same in the columns `same`. What the
    statement that moves has recorded already is told by `recorded`, SQL over a deleted {row}.
    """

    table: str
    action: str = ""
    state: str = ""
    recorded: str = ""
    same: tuple[str, ...] = ()


@dataclass(frozen=True)
class History(Declaration):
    """Record one event per changed row, in the statement that changes it.

    Expressions are SQL over a row, written {row}; `outside_action` over {old} and {new} names an
    update that nobody attributes. `facts` are columns kept beside the state, `prospects` those that
    a deleted row has no longer.
    """

    subject_type: str
    state: str
    facts: tuple[str, ...] = ()
    prospects: tuple[str, ...] = ()
    outside_action: str = "'UPDATE'"
    deletion: str = "DELETE"
    moved: Moved | None = None
    records_inserts: bool = True
    keeps_rows_always: bool = False

    def objects(self, model: Model) -> Iterator[SqlObject]:
        """Make a recorder and its trigger for each kind of statement."""
        made = {"UPDATE": self.update(model), "DELETE": self.delete(model)}
        if self.records_inserts:
            made["INSERT"] = self.insert(model)
        for event, text in made.items():
            name = f"record_{model._meta.model_name}_{event.lower()}"
            recorder = function(model, name, text)
            yield recorder
            yield after_statement(model, TRIGGER, event, call=call(recorder.key.name))

    def insert(self, model: Model) -> str:
        columns = self._of_row(model, "n") | {
            "action": "coalesce(action_, 'CREATE')",
            "to_state": self.state.format(row="n"),
            **self._kept("n", *self.prospects),
        }
        return _recording(columns, "new_rows n")

    def update(self, model: Model) -> str:
        outside = self.outside_action.format(old="o", new="n")
        columns = self._of_row(model, "n") | {
            "action": f"coalesce(action_, {outside})",
            "from_state": self.state.format(row="o"),
            "to_state": self.state.format(row="n"),
            **self._kept("n", *self.prospects),
            "before": self._whole(model, "o"),
            "after": self._whole(model, "n"),
        }
        key = model._meta.pk.column
        changed = "n.version <> o.version" if getattr(model, "versioned", False) else "n *<> o"
        rows = f"new_rows n JOIN old_rows o USING ({key}) WHERE {changed}"
        return _recording(columns, rows, setting=" SET enable_nestloop TO off")

    def delete(self, model: Model) -> str:
        """Write the function for rows that are gone, deleted or moved elsewhere."""
        columns = self._of_row(model, "o") | {
            "action": f"coalesce(action_, '{self.deletion}')",
            "from_state": self.state.format(row="o"),
            **self._kept("o"),
            "before": _as_json(model, "o"),
        }
        rows = "old_rows o"
        if self.moved:
            key = model._meta.pk.column
            alike = " AND ".join(f"m.{name} = o.{name}" for name in (key, *self.moved.same))
            rows += f" LEFT JOIN {self.moved.table} m ON {alike}"
            columns |= self._of_move(columns, f"m.{key} IS NULL")
            rows += self._unrecorded(f"m.{key} IS NULL")
        return _recording(columns, rows, setting=moves.BY_KEY if self.moved else "")

    def _unrecorded(self, is_gone: str) -> str:
        if not (self.moved and self.moved.action):
            return f" WHERE {is_gone}"
        if not self.moved.recorded:
            return ""
        return f" WHERE {is_gone} OR NOT ({self.moved.recorded.format(row='o')})"

    def _of_move(self, columns: dict[str, str], is_gone: str) -> dict[str, str]:
        if not (self.moved and self.moved.action):
            return {}
        named = f"CASE WHEN {is_gone} THEN '{self.deletion}' ELSE '{self.moved.action}' END"
        return {
            "action": f"coalesce(action_, {named})",
            "to_state": f"CASE WHEN NOT {is_gone} THEN '{self.moved.state}' END",
            "before": f"CASE WHEN {is_gone} THEN {columns['before']} END",
        }

    def _of_row(self, model: Model, row: str) -> dict[str, str]:
        """Say whose event it is: the subject, the company it hangs on, and who changed it."""
        key = model._meta.pk
        subject = (
            {"subject_id": f"{row}.{key.column}"}
            if isinstance(getattr(key, "target_field", key), models.UUIDField)
            else {"subject_key": f"{row}.{key.column}::text"}
        )
        if "outreach_id" in _columns_of(model):
            subject["outreach_id"] = f"{row}.outreach_id"
        return ATTRIBUTION | {"subject_type": self.subject_type.format(row=row)} | subject

    def _kept(self, row: str, *more: str) -> dict[str, str]:
        return {name: f"{row}.{name}" for name in (*self.facts, *more)}

    def _whole(self, model: Model, row: str) -> str:
        text = _as_json(model, row)
        return text if self.keeps_rows_always else f"CASE WHEN actor_ IS NULL THEN {text} END"


@dataclass(frozen=True)
class RowHistory(Declaration):
    """Record whole rows before and after, for reference data; `key` names the subject."""

    key: str

    def objects(self, model: Model) -> Iterator[SqlObject]:
        recorder = AfterRows(TRIGGER, "governance.record_reference_change", (self.key,))
        yield from recorder.objects(model)


def _recording(columns: dict[str, str], rows: str, *, setting: str = "") -> str:
    """Write the function that turns each of `rows` into an event."""
    return BODY.format(
        columns=", ".join(columns),
        values=",\n        ".join(columns.values()),
        rows=rows,
        setting=setting,
    )


def _as_json(model: Model, row: str) -> str:
    """Write the row as JSON; what is binary follows from the rest."""
    binary = (f for f in model._meta.local_concrete_fields if isinstance(f, models.BinaryField))
    return f"to_jsonb({row})" + "".join(f" - '{field.column}'" for field in binary)


def _columns_of(model: Model) -> set[str]:
    return {field.column for field in model._meta.local_concrete_fields}
