"""The whole backlog of the demo for tests: loaded once, then copied like the migrated template."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
from django.core.management import call_command
from django.db import connections
from pytest_django.plugin import DjangoDbBlocker

from tests import spares
from tests.servers import ROOT, SERVERS, copy, drop, exists, schema_fingerprint

TEMPLATE = "outreach_backlog_"
LOCK = 5_318_009
BACKLOG = "backlog"
KEPT = 2


def fingerprint() -> str:
    """Digest everything a loaded database depends on."""
    digest = hashlib.sha256(schema_fingerprint().encode())
    for path in sorted(ROOT.glob("governance/demo/**/*.*")):
        if path.suffix in (".py", ".sql", ".csv"):
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def provide() -> None:
    """Have the backlog kept, a copy of what was loaded once for all processes."""
    connections.close_all()
    if not spares.is_kept(BACKLOG):
        with SERVERS.superuser() as connection:
            copy(connection, loaded(connection), to=spares.spare(BACKLOG))


def loaded(connection: psycopg.Connection) -> str:
    """Return the template with the backlog in it, making it when it is not there yet."""
    template = TEMPLATE + fingerprint()
    with locked(connection):
        if not exists(connection, template):
            SERVERS.clone()
            call_command("load_demo", scenario="ops_backlog", verbosity=0)
            connections.close_all()
            spares.rename(connection, SERVERS.database, to=template)
            drop_old(connection)
            SERVERS.clone()
    return template


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
def present(blocker: DjangoDbBlocker, *, is_changed: bool) -> Iterator[None]:
    """Have the backlog in the database for the length of a block, and a database as migrated after it."""
    with blocker.unblock():
        provide()
        spares.put_in_place(BACKLOG)
    yield
    with blocker.unblock():
        spares.give_back(BACKLOG, is_changed=is_changed)


@pytest.fixture(scope="module")
def backlog(django_db_setup, django_db_blocker) -> Iterator[None]:
    """Give all tests of a module the demo's backlog; what they do with the `django_db` mark is rolled back."""
    with present(django_db_blocker, is_changed=False):
        yield


@pytest.fixture(scope="module")
def changed_backlog(django_db_setup, django_db_blocker) -> Iterator[None]:
    """Give all tests of a module the demo's backlog to commit on for real, one after the other."""
    with present(django_db_blocker, is_changed=True):
        yield


@pytest.fixture
def committed_backlog(django_db_setup, django_db_blocker) -> Iterator[None]:
    """Give one test the demo's backlog to commit on for real."""
    with present(django_db_blocker, is_changed=True), django_db_blocker.unblock():
        yield
