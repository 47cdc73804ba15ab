"""A warehouse that is a database of its own, read by somebody who may only look."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import connections
from psycopg import Connection, sql

from tests.servers import OWNER, SERVERS, drop

ALIAS = "warehouse"
READER = f"outreach_reader_{SERVERS.worker}"
WORD = "only-looks"
SCHEMAS = ("raw", "extracted", "core", "reference")


@contextmanager
def apart(*statements: str) -> Iterator[Connection]:
    """Make a database with the four schemas and these tables; the console reads it as a reader.

    Gives a connection of its superuser.
    """
    name = f"{SERVERS.database}_apart"
    with SERVERS.superuser() as server:
        drop(server, name)
        server.execute(
            sql.SQL("CREATE DATABASE {} OWNER {}").format(
                sql.Identifier(name), sql.Identifier(OWNER)
            )
        )
        _make_reader(server)
        with SERVERS.superuser(name) as warehouse:
            _fill(warehouse, statements)
            with signed_in(name):
                yield warehouse
        drop(server, name)
        server.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(READER)))


@contextmanager
def signed_in(name: str, **changes: object) -> Iterator[None]:
    """Let the console read that database as its warehouse, as the reader."""
    words = settings.DATABASES["default"] | {"NAME": name, "USER": READER, "PASSWORD": WORD}
    before = connections.settings.get(ALIAS), settings.WAREHOUSE
    forget()
    connections.settings[ALIAS] = words | {"OPTIONS": dict(words["OPTIONS"])} | changes
    settings.WAREHOUSE = ALIAS
    try:
        yield
    finally:
        forget()
        connections.settings[ALIAS], settings.WAREHOUSE = before
        if before[0] is None:
            del connections.settings[ALIAS]


def forget() -> None:
    """Close the connection to a warehouse apart, so that the next one is made anew."""
    if ALIAS in connections.settings:
        connections[ALIAS].close()
        del connections[ALIAS]


def _make_reader(server: Connection) -> None:
    server.execute(sql.SQL("DROP ROLE IF EXISTS {}").format(sql.Identifier(READER)))
    server.execute(
        sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(
            sql.Identifier(READER), sql.Literal(WORD)
        )
    )


def _fill(warehouse: Connection, statements: tuple[str, ...]) -> None:
    for schema in SCHEMAS:
        warehouse.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(schema)))
    for statement in statements:
        warehouse.execute(statement)
    for schema in SCHEMAS:
        for right in ("USAGE ON SCHEMA {}", "SELECT ON ALL TABLES IN SCHEMA {}"):
            warehouse.execute(
                sql.SQL(f"GRANT {right} TO {{}}").format(
                    sql.Identifier(schema), sql.Identifier(READER)
                )
            )
