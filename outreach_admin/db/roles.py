"""Two database roles: the owner changes the schema, the running role reads and writes rows and owns nothing."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg import sql

SCHEMAS = "SELECT nspname FROM pg_namespace WHERE nspname <> 'information_schema' AND nspname NOT LIKE 'pg\\_%%'"
GRANTS = (
    "GRANT USAGE ON SCHEMA {schema} TO {role}",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {schema} TO {role}",
    "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA {schema} TO {role}",
    "GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA {schema} TO {role}",
)
# whoever may call such a function may put it on a table of his own, and write with the owner's rights
GUARDED = "SELECT oid::regprocedure::text FROM pg_proc WHERE prosecdef AND prorettype = 'trigger'::regtype"
WITHHELD = "REVOKE EXECUTE ON FUNCTION {function} FROM PUBLIC, {role}"
ADDED_TO = ("append_only", "added_only")
READ_ONLY = ("django_migrations",)


@contextmanager
def as_owner(using: str = DEFAULT_DB_ALIAS) -> Iterator[BaseDatabaseWrapper]:
    """Connect as the owner for the length of a block; refuses inside a transaction."""
    connection = connections[using]
    if connection.in_atomic_block:
        raise RuntimeError(
            "The role cannot change inside a transaction: enter as_owner() before atomic()."
        )
    before = connection.settings_dict
    owner = settings.DATABASE_OWNER
    if before["USER"] == owner["USER"]:
        yield connection
        return
    connection.close()
    options = {name: value for name, value in before["OPTIONS"].items() if name != "pool"}
    connection.settings_dict = {
        **before,
        "USER": owner["USER"],
        "PASSWORD": owner["PASSWORD"],
        "OPTIONS": options,
    }
    try:
        yield connection
    finally:
        connection.close()
        connection.settings_dict = before


class OwnerCommand(BaseCommand):
    """A command that changes the schema, or rows that nobody else may: it connects as the owner.

    Put it before the command's class: `class Command(OwnerCommand, migrate.Command)`.
    """

    def execute(self, *args: Any, **options: Any) -> str | None:
        if options.get("database", DEFAULT_DB_ALIAS) not in (None, DEFAULT_DB_ALIAS):
            raise CommandError("The console owns its own database alone: leave --database out.")
        with as_owner(options.get("database") or DEFAULT_DB_ALIAS):
            return super().execute(*args, **options)


def grant_running_role(*, using: str = DEFAULT_DB_ALIAS) -> None:
    """Give the running role its rights on whatever the migrations made; nothing to do where one role is both."""
    running = settings.DATABASES[using]["USER"]
    if running != settings.DATABASE_OWNER["USER"]:
        grant(running, using=using)


def grant(role: str, *, using: str = DEFAULT_DB_ALIAS) -> None:
    """Give `role` rows to read and write everywhere, on append-only tables only to read and add, on kept ones to read.

    A model says `append_only`, `added_only` or `kept_by_triggers = True`. One transaction; the owner must be connected.
    """
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        known = set(connections[using].introspection.table_names(cursor))
        cursor.execute(SCHEMAS)
        schemas = [schema for (schema,) in cursor.fetchall()]
        for statement in grants(known=known, schemas=schemas, role=role):
            cursor.execute(statement)
        cursor.execute(GUARDED)
        for (function,) in cursor.fetchall():
            cursor.execute(_named(WITHHELD, role=role, function=sql.SQL(function)))


def grants(*, known: set[str], schemas: list[str], role: str) -> Iterator[sql.Composed]:
    """Yield the statements, the narrowing ones last."""
    for schema in schemas:
        for statement in GRANTS:
            yield _named(statement, role=role, schema=schema)
    for table in known.intersection(append_only_tables()):
        yield _named(
            "REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM {role}", role=role, table=table
        )
    for table in known.intersection([*READ_ONLY, *kept_tables()]):
        yield _named(
            "REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON {table} FROM {role}", role=role, table=table
        )


def kept_tables() -> list[str]:
    """Return the tables that triggers alone write, with their owner's rights: a model says `kept_by_triggers = True`."""
    return sorted(
        model._meta.db_table
        for model in apps.get_models()
        if getattr(model, "kept_by_triggers", False)
    )


def append_only_tables() -> list[str]:
    """Return the tables that the running role adds rows to and changes none in."""
    return sorted(
        model._meta.db_table
        for model in apps.get_models()
        if any(getattr(model, flag, False) for flag in ADDED_TO)
    )


def _named(statement: str, **names: str | sql.Composable) -> sql.Composed:
    return sql.SQL(statement).format(
        **{
            key: name if isinstance(name, sql.Composable) else sql.Identifier(name)
            for key, name in names.items()
        }
    )
