"""The whole backlog of the demo for tests: loaded once, then copied like the migrated template."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
from django.core.management import call_command
from django.db import connections
from psycopg import sql
from pytest_django.plugin import DjangoDbBlocker

from tests.servers import ROOT, SERVERS, copy, drop, schema_fingerprint

TEMPLATE = "outreach_backlog_"
LOCK = 5_318_009
KEPT = 2


def fingerprint() -> str:
    """Digest everything a loaded database depends on."""
    digest = hashlib.sha256(schema_fingerprint().encode())
    for path in sorted(ROOT.glob("governance/demo/**/*.*")):
        if path.suffix in (".py", ".sql", ".csv"):
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def provide() -> None:
    """Make this process's database anew with the backlog in it."""
    connections.close_all()
    with SERVERS.superuser() as connection, locked(connection):
        template = TEMPLATE + fingerprint()
        if not connection.execute(
            "SELECT 1 FROM pg_database WHERE datname = %s", [template]
        ).fetchone():
            SERVERS.clone()
            call_command("load_demo", scenario="ops_backlog", verbosity=0)
            connections.close_all()
            connection.execute(
                sql.SQL("ALTER DATABASE {} RENAME TO {}").format(
                    sql.Identifier(SERVERS.database), sql.Identifier(template)
                )
            )
            drop_old(connection)
        drop(connection, SERVERS.database)
        copy(connection, template, to=SERVERS.database)


def drop_old(connection: psycopg.Connection) -> None:
    """Drop what older code has loaded."""
    listed = connection.execute(
        "SELECT datname FROM pg_database WHERE starts_with(datname, %s) ORDER BY oid", [TEMPLATE]
    ).fetchall()
    for (name,) in listed[:-KEPT]:
        drop(connection, name)


@contextmanager
def locked(connection: psycopg.Connection) -> Iterator[None]:
    """Let one process at a time load."""
    connection.execute("SELECT pg_advisory_lock(%s)", [LOCK])
    try:
        yield
    finally:
        connection.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


@contextmanager
def present(blocker: DjangoDbBlocker) -> Iterator[None]:
    """Have the backlog in the database for the length of a block, and a database as migrated after it."""
    with blocker.unblock():
        provide()
    yield
    with blocker.unblock():
        connections.close_all()
        SERVERS.clone()


@pytest.fixture(scope="module")
def backlog(django_db_setup, django_db_blocker) -> Iterator[None]:
    """Give all tests of a module the demo's backlog; what they do with the `django_db` mark is rolled back."""
    with present(django_db_blocker):
        yield


@pytest.fixture
def committed_backlog(django_db_setup, django_db_blocker) -> Iterator[None]:
    """Give one test the demo's backlog to commit on for real."""
    with present(django_db_blocker), django_db_blocker.unblock():
        yield
