"""Loaded databases to measure on: made once a run, cloned for every round."""

from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO

from django.core.management import call_command
from django.db import connections
from psycopg import sql

from tests.servers import OWNER, SERVERS, drop


def loaded(scale: int) -> str:
    """Return the name of a database that holds the demo at `scale`; it is made when it is missing."""
    name = f"{SERVERS.database}_bench_{scale}"
    with SERVERS.superuser() as server:
        there = server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
    if not there:
        SERVERS.clone()
        call_command("load_demo", scenario="ops_backlog", scale=scale, verbosity=0, stdout=StringIO())
        connections.close_all()
        with SERVERS.superuser() as server:
            server.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(SERVERS.database), sql.Identifier(name)))
        SERVERS.clone()
    return name


@contextmanager
def backlog(scale: int) -> Iterator[None]:
    """Let the block work on a fresh copy of the demo at `scale`."""
    source = loaded(scale)
    connections.close_all()
    with SERVERS.superuser() as server:
        drop(server, SERVERS.database)
        server.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {} OWNER {}").format(*map(sql.Identifier, (SERVERS.database, source, OWNER))))
    try:
        yield
    finally:
        connections.close_all()
        SERVERS.clone()
