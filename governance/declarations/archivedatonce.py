"""Errors that plain SQL archives: set to ARCHIVED they are moved by the same statement, and jobs move them by keys."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import models
from django.db.models import Q

from governance.declarations import moves
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
FORMER = ("disposition", *moves.PARKED_FACTS)
# rows are looked up by an array of keys
CHOSEN = "WHERE e.id = ANY (ids)"
# as they were when somebody chose them: a row that has changed since stays
AS_CHOSEN = """USING unnest(keys, versions) k (id, version)
    WHERE e.id = k.id AND e.version = k.version"""
# nothing takes the place of what is under hold: one such row keeps no other from going
UNLESS_HELD = """ AND NOT EXISTS (
        SELECT FROM governance_archivederror a WHERE a.id = e.id AND a.held_at IS NOT NULL)"""
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
BY_KEYS = """CREATE OR REPLACE FUNCTION {name}(keys uuid[], versions integer[], because text)
RETURNS bigint LANGUAGE plpgsql{by_key} AS $$
DECLARE
    moved bigint;
BEGIN
    {move}
    GET DIAGNOSTICS moved = ROW_COUNT;
    RETURN moved;
END
$$"""


def paired(name: str) -> models.CheckConstraint:
    """Refuse the moment of archiving on a row that is not ARCHIVED."""
    condition = Q(archived_at=None) | Q(disposition="ARCHIVED")
    return models.CheckConstraint(condition=condition, name=name)


@dataclass(frozen=True)
class ArchivedAtOnce(Declaration):
    """Move rows whose `archived_at` a statement has set to the archive: MANUAL, by whoever is acting.

    Also make archive_errors(keys, versions, because), which moves the rows that have these versions still,
    except where their archived twin is under hold, and returns how many they were.
    """

    def objects(self, model: Model) -> Iterator[SqlObject]:
        """Make the functions, and a trigger for each kind of statement that writes rows."""
        for event, before in {"UPDATE": "old_rows", "INSERT": "new_rows"}.items():
            name = f"archive_at_once_{event.lower()}"
            text = AT_ONCE.format(move=_move(model, CHOSEN, because="'MANUAL'", before=before))
            moving = function(model, name, text)
            yield moving
            yield after_statement(model, TRIGGER, event, call=call(moving.key.name))
        full = f"{model._meta.app_label}.archive_errors"
        move = _move(model, AS_CHOSEN + UNLESS_HELD, because="because")
        text = BY_KEYS.format(name=full, move=move, by_key=moves.BY_KEY)
        yield SqlObject(Key(Kind.FUNCTION, full), text, model._meta.label)


def _move(model: Model, chosen: str, *, because: str, before: str = "") -> str:
    """Write the move; `before` has the rows as they were where their statement has changed them."""
    former = "o" if before else "g"
    columns = moves.columns_of(model)
    values = [f'{former if name in FORMER else "g"}."{name}"' for name in columns]
    facts = (
        "coalesce(g.archived_at, now())",
        "coalesce(governance.setting('actor'), session_user)",
        because,
        f"{former}.disposition",
        "now() + t.retention",
    )
    as_it_was = f"JOIN {before} o ON o.id = g.id " if before else ""
    arriving = moves.archived(columns, values, facts, as_it_was + moves.WITH_POLICY)
    return f"WITH gone AS ({moves.gone(moves.LIVE, chosen)}) {arriving};"
