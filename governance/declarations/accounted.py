"""Errors on account: what ever came, and a manifest of whatever is gone for good, whoever deleted it."""

from collections.abc import Iterator
from dataclasses import dataclass

from governance.declarations import moves
from outreach_admin.db.declarations import (
    Declaration,
    Model,
    after_statement,
    call,
    function,
)
from outreach_admin.db.objects import SqlObject

# nobody else may write either table
GUARD = "RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path TO public, pg_temp"
CAME = """{guard} AS $$
BEGIN
    INSERT INTO governance_errortally (error_table, created, purged)
    SELECT error_table, count(*), 0 FROM new_rows GROUP BY error_table;
    RETURN NULL;
END
$$"""
# a move is an arrival elsewhere in the same statement: it is taken off what came again
WENT = """{guard}{by_key} AS $$
BEGIN
    WITH gone AS MATERIALIZED (
        SELECT o.error_table, o.id, o.version, m.id IS NOT NULL AS has_moved
        FROM old_rows o LEFT JOIN {elsewhere} m ON {alike}),
    listed AS (
        INSERT INTO governance_purgemanifest (
            txid, db_user, operation_id, run_id, actor,
            place, error_table, rows, ids, digest)
        SELECT pg_current_xact_id()::text::bigint, session_user,
            governance.setting('operation')::bigint, governance.run_under_way(),
            governance.setting('actor'),
            '{place}', error_table, count(*), array_agg(id ORDER BY id),
            encode(sha256(convert_to(
                string_agg(id || ':' || version, ',' ORDER BY id), 'UTF8')), 'hex')
        FROM gone WHERE NOT has_moved GROUP BY error_table)
    INSERT INTO governance_errortally (error_table, created, purged)
    SELECT error_table, -count(*) FILTER (WHERE has_moved), count(*) FILTER (WHERE NOT has_moved)
    FROM gone GROUP BY error_table;
    RETURN NULL;
END
$$"""


@dataclass(frozen=True)
class Accounted(Declaration):
    """Count what comes and what is gone for good, and list the latter.

    A row that stands in the table `elsewhere` once the statement is done has moved, unless it is
    another error of that id; `place` is what manifests call this one. live + archived + purged = created holds for each error table.
    """

    place: str
    elsewhere: str

    def objects(self, model: Model) -> Iterator[SqlObject]:
        """Make the two functions and their triggers."""
        alike = moves.is_same("m", "o")
        given = {
            "guard": GUARD,
            "by_key": moves.BY_KEY,
            "place": self.place,
            "elsewhere": self.elsewhere,
            "alike": alike,
        }
        for event, text in (("INSERT", CAME), ("DELETE", WENT)):
            name = f"account_{model._meta.model_name}_{event.lower()}"
            counting = function(model, name, text.format(**given))
            yield counting
            yield after_statement(model, "d_account", event, call=call(counting.key.name))
