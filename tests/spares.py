"""Databases that a process puts aside and takes back: a name is changed at once, a copy takes up to seconds."""

import psycopg
from django.db import connections
from psycopg import sql

from tests.servers import SERVERS, copy, drop, exists

MIGRATED = "migrated"
KINDS = ("backlog", "warehouse", "scene", "scene_of_a_module", MIGRATED)


def spare(kind: str) -> str:
    """Name the database in which this process keeps what it will want again."""
    return f"{SERVERS.database}_{kind}"


def is_kept(kind: str) -> bool:
    with SERVERS.superuser() as connection:
        return exists(connection, spare(kind))


def keep(kind: str) -> None:
    """Put this process's database aside with all that was committed to it, and go on as migrated."""
    connections.close_all()
    with SERVERS.superuser() as connection:
        rename(connection, SERVERS.database, to=spare(kind))
    SERVERS.clone()


def copied(kind: str, *, to: str) -> None:
    """Copy one that is kept."""
    with SERVERS.superuser() as connection:
        copy(connection, spare(kind), to=spare(to))


def put_in_place(kind: str) -> None:
    """Work in one that is kept, the one as migrated waits."""
    connections.close_all()
    with SERVERS.superuser() as connection:
        rename(connection, SERVERS.database, to=spare(MIGRATED))
        rename(connection, spare(kind), to=SERVERS.database)


def give_back(kind: str, *, is_changed: bool) -> None:
    """Work in the one as migrated again; the other is kept unless it was changed."""
    connections.close_all()
    with SERVERS.superuser() as connection:
        if is_changed:
            drop(connection, SERVERS.database)
        else:
            rename(connection, SERVERS.database, to=spare(kind))
        rename(connection, spare(MIGRATED), to=SERVERS.database)


def drop_all() -> None:
    """Drop whatever is kept."""
    with SERVERS.superuser() as connection:
        for kind in KINDS:
            drop(connection, spare(kind))


def rename(connection: psycopg.Connection, name: str, *, to: str) -> None:
    """Rename a database, ending whoever is still in it."""
    connection.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s",
        [name],
    )
    statement = sql.SQL("ALTER DATABASE {} RENAME TO {}")
    connection.execute(statement.format(*map(sql.Identifier, (name, to))))
