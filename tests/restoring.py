"""This process's database as migrated again after a test that committed: only what changed is put back.

A copy of the template takes seven times as long. What cannot be put back table by table is left to a copy.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import psycopg

# whatever a statement of DDL, GRANT or ANALYZE leaves behind; TRUNCATE leaves no trace in them
CATALOGS = dict.fromkeys(
    (
        "pg_attrdef",
        "pg_attribute",
        "pg_cast",
        "pg_constraint",
        "pg_db_role_setting",
        "pg_default_acl",
        "pg_description",
        "pg_event_trigger",
        "pg_extension",
        "pg_index",
        "pg_policy",
        "pg_proc",
        "pg_rewrite",
        "pg_sequence",
        "pg_statistic",
        "pg_statistic_ext",
        "pg_trigger",
        "pg_type",
    ),
    "true",
)
# schemas of temporary tables come with the first session that makes one, and stay
CATALOGS["pg_namespace"] = "nspname NOT LIKE 'pg\\_%temp\\_%'"
RELATIONS = """
    SELECT sum(hashtextextended(concat_ws('|', oid, relname, relnamespace, relowner, relkind, relacl,
        reloptions, relpersistence, relchecks, relrowsecurity, relreplident), 0))
    FROM pg_class WHERE relpersistence <> 't'"""
TABLES = """
    SELECT c.oid, format('%I.%I', n.nspname, c.relname), pg_relation_size(c.oid)
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind = 'r' AND n.nspname NOT IN ('pg_catalog', 'information_schema')
      AND c.relpersistence <> 't'
    ORDER BY 2"""
SEQUENCES = """
    SELECT format('%I.%I', schemaname, sequencename), last_value, start_value FROM pg_sequences"""
# what VACUUM notes, and the planner reads: a table that was never looked at is not taken for an empty one
NOTES = "SELECT oid, relpages, reltuples, relallvisible FROM pg_class WHERE relkind IN ('r', 'i')"
NOTE = """
    UPDATE pg_class c SET relpages = n.pages, reltuples = n.tuples, relallvisible = n.visible
    FROM unnest(%s::oid[], %s::int[], %s::real[], %s::int[]) n (id, pages, tuples, visible)
    WHERE c.oid = n.id"""
# bytes; a larger table is sooner copied than emptied row by row
LARGE = 4 * 1024 * 1024
LEAVE = """
    SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"""


@dataclass
class Pristine:
    """What a database as migrated holds, told by where its rows lie and who wrote them."""

    schema: tuple[object, ...]
    rows: dict[str, list[str]] = field(repr=False)
    filled: dict[int, str] = field(repr=False)
    sequences: dict[str, int | None] = field(repr=False)
    notes: dict[int, tuple[int, float, int]] = field(repr=False)

    @classmethod
    def of(cls, connection: psycopg.Connection) -> "Pristine":
        """Read it from one that nobody has changed."""
        filled = {oid: name for oid, name, size in connection.execute(TABLES) if size}
        return cls(
            schema=_schema(connection),
            rows={name: _places(connection, name) for name in filled.values()},
            filled=filled,
            sequences={name: last for name, last, _ in connection.execute(SEQUENCES)},
            notes=_notes(connection),
        )

    def restore(self, connection: psycopg.Connection) -> bool:
        """Empty what was filled and put sequences back; False where that is not enough."""
        connection.execute(LEAVE)
        tables = connection.execute(TABLES).fetchall()
        if any(size > LARGE for _, _, size in tables) or self.schema != _schema(connection):
            return False
        if not self._rid_of_new_rows(connection):
            return False
        _empty(connection, [name for oid, name, size in tables if size and oid not in self.filled])
        self._rewind(connection)
        self._forget_notes(connection)
        return True

    def _rid_of_new_rows(self, connection: psycopg.Connection) -> bool:
        """Delete what was added to tables that are filled; False where a row of them was changed or is gone."""
        for name, places in self.rows.items():
            now = _places(connection, name)
            if not set(places) <= set(now):
                return False
            if len(now) > len(places):
                _delete(connection, name, but=places)
        return True

    def _rewind(self, connection: psycopg.Connection) -> None:
        for name, last, start in connection.execute(SEQUENCES).fetchall():
            before = self.sequences[name]
            if last != before:
                value = start if before is None else before
                connection.execute("SELECT setval(%s, %s, %s)", [name, value, before is not None])

    def _forget_notes(self, connection: psycopg.Connection) -> None:
        now = _notes(connection)
        old = [(oid, *note) for oid, note in self.notes.items() if now[oid] != note]
        if old:
            connection.execute(NOTE, [list(column) for column in zip(*old, strict=True)])


def _schema(connection: psycopg.Connection) -> tuple[object, ...]:
    # a row that was written anew lies elsewhere, under another transaction
    sums = [
        f"SELECT sum(hashtextextended(ctid::text || xmin::text, 0)) FROM {name} WHERE {condition}"
        for name, condition in CATALOGS.items()
    ]
    statement = " UNION ALL ".join([RELATIONS, *sums])
    return tuple(connection.execute(statement.encode()).fetchall())


def _places(connection: psycopg.Connection, table: str) -> list[str]:
    statement = f"SELECT ctid::text || xmin::text FROM {table} ORDER BY 1"
    return [place for (place,) in connection.execute(statement.encode())]


def _notes(connection: psycopg.Connection) -> dict[int, tuple[int, float, int]]:
    return {oid: note for oid, *note in connection.execute(NOTES)}


def _delete(connection: psycopg.Connection, table: str, *, but: list[str]) -> None:
    statement = f"DELETE FROM {table} WHERE ctid::text || xmin::text <> ALL(%s)"
    with _past_triggers(connection):
        connection.execute(statement.encode(), [but])
    _swept(connection, [table])


def _empty(connection: psycopg.Connection, tables: list[str]) -> None:
    with _past_triggers(connection):
        for table in tables:
            connection.execute(f"DELETE FROM {table}".encode())
    _swept(connection, tables)


def _swept(connection: psycopg.Connection, tables: list[str]) -> None:
    """Give back the room that rows took."""
    if tables:
        connection.execute(f"VACUUM (INDEX_CLEANUP ON) {', '.join(tables)}".encode())


@contextmanager
def _past_triggers(connection: psycopg.Connection) -> Iterator[None]:
    with connection.transaction():
        connection.execute("SET LOCAL session_replication_role = replica")
        yield
