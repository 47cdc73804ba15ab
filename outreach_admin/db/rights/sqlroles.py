"""Roles for people and pipelines with psql: what each may do, and no more than the surface offers.

The surface is what files in surface/ and models offer with words of its own: views that can be
written, views that can only be read, functions. No role gets a right on a table.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.backends.utils import CursorWrapper
from psycopg import sql

from outreach_admin.db import upkeep
from outreach_admin.db.objects import Kind, SqlObject

READER, PIPELINE = "outreach_reader", "outreach_pipeline"
ROLES = {
    READER: "may read the surface",
    PIPELINE: "may read and write the surface, and start its jobs",
}
EXISTS = "SELECT 1 FROM pg_roles WHERE rolname = %s"
# a view with a trigger instead of UPDATE refuses it; 28 = UPDATE, INSERT and DELETE
WRITABLE = """SELECT pg_relation_is_updatable(%(view)s::regclass, false) & 28 = 28
    AND NOT EXISTS (SELECT FROM pg_trigger t
        WHERE t.tgrelid = %(view)s::regclass AND t.tgtype & 64 <> 0 AND t.tgtype & 16 <> 0)"""
CALLED = """SELECT p.oid::regprocedure::text, p.provolatile = 'v'
    FROM pg_proc p WHERE p.oid = %s::regproc"""
SCHEMA = "GRANT USAGE ON SCHEMA {schema} TO {role}"
READ = "GRANT SELECT ON {view} TO {role}"
WRITE = "GRANT INSERT, UPDATE, DELETE ON {view} TO {role}"
CALL = "GRANT EXECUTE ON FUNCTION {function} TO {role}"
# what changes rows is no longer for everybody who may use the schema
WITHHOLD = "REVOKE EXECUTE ON FUNCTION {function} FROM PUBLIC"


@dataclass(frozen=True)
class Granted:
    """One right: the role, what it may do, and on what."""

    role: str
    right: str
    on: str

    def __str__(self) -> str:
        return f"{self.role}: {self.right} on {self.on}"


def make(cursor: CursorWrapper, role: str, *, password: str = "") -> bool:
    """Make a role where there is none, with a login where it has a password; say whether it was made."""
    cursor.execute(EXISTS, [role])
    is_new = cursor.fetchone() is None
    verb = sql.SQL("CREATE ROLE {}" if is_new else "ALTER ROLE {}").format(sql.Identifier(role))
    if password:
        cursor.execute(verb + sql.SQL(" LOGIN PASSWORD {}").format(sql.Literal(password)))
    elif is_new:
        cursor.execute(verb + sql.SQL(" NOLOGIN"))
    return is_new


def present(cursor: CursorWrapper) -> list[str]:
    """Return the roles that there are."""
    cursor.execute("SELECT rolname FROM pg_roles WHERE rolname = ANY (%s)", [list(ROLES)])
    return [name for (name,) in cursor.fetchall()]


def grant(cursor: CursorWrapper, role: str) -> list[Granted]:
    """Give a role its rights on the surface, as its owner; return them."""
    offered = [one for one in upkeep.declared() if one.words]
    spaces = sorted({one.schema for one in offered if one.schema})
    for schema in spaces:
        run(cursor, SCHEMA, role=role, schema=schema)
    rights = [Granted(role, "USAGE", schema) for schema in spaces]
    for one in offered:
        if one.key.kind is Kind.VIEW:
            rights += _on_view(cursor, role, one)
        elif one.key.kind is Kind.FUNCTION:
            rights += _on_function(cursor, role, one)
    return rights


def withhold(cursor: CursorWrapper) -> None:
    """Take from everybody what changes rows with the owner's rights: it is for whom it is granted to."""
    for one in upkeep.declared():
        if one.words and one.key.kind is Kind.FUNCTION:
            cursor.execute(CALLED, [one.key.name])
            signature, changes_rows = cursor.fetchone()
            if changes_rows:
                run(cursor, WITHHOLD, function=sql.SQL(signature))


def _on_view(cursor: CursorWrapper, role: str, view: SqlObject) -> Iterator[Granted]:
    name = tuple(view.key.name.split("."))
    run(cursor, READ, role=role, view=name)
    yield Granted(role, "SELECT", view.key.name)
    cursor.execute(WRITABLE, {"view": view.key.name})
    if role == PIPELINE and cursor.fetchone()[0]:
        run(cursor, WRITE, role=role, view=name)
        yield Granted(role, "INSERT, UPDATE, DELETE", view.key.name)


def _on_function(cursor: CursorWrapper, role: str, one: SqlObject) -> Iterator[Granted]:
    cursor.execute(CALLED, [one.key.name])
    signature, changes_rows = cursor.fetchone()
    function = sql.SQL(signature)
    if role == PIPELINE or not changes_rows:
        run(cursor, CALL, role=role, function=function)
        yield Granted(role, "EXECUTE", signature)


def run(
    cursor: CursorWrapper, statement: str, **names: str | tuple[str, ...] | sql.Composable
) -> None:
    """Run a statement with names in it; a tuple is a name with its schema."""
    written = {
        key: name
        if isinstance(name, sql.Composable)
        else sql.Identifier(*((name,) if isinstance(name, str) else name))
        for key, name in names.items()
    }
    cursor.execute(sql.SQL(statement).format(**written))
