"""The populations of the demo for tests: each loaded once, then copied like the migrated template."""

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

# what a process keeps, and the scenario that it is
BACKLOG, WAREHOUSE = "backlog", "warehouse"
SCENARIOS = {BACKLOG: "ops_backlog", WAREHOUSE: "warehouse"}
TEMPLATES = {BACKLOG: "outreach_backlog_", WAREHOUSE: "outreach_warehouse_"}
SOURCES = {
    BACKLOG: ("governance/demo/**/*.*",),
    WAREHOUSE: (
        "governance/demo/**/*.*",
        "enrichment/demo/**/*.*",
        "enrichment/services/entities.py",
        "enrichment/keys.py",
    ),
}
LOCK = 5_318_009
KEPT = 2


def fingerprint(kind: str = BACKLOG) -> str:
    """Digest everything a loaded database depends on."""
    digest = hashlib.sha256(schema_fingerprint().encode())
    for path in sorted(path for source in SOURCES[kind] for path in ROOT.glob(source)):
        if path.suffix in (".py", ".sql", ".csv"):
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def provide(kind: str) -> None:
    """Have a population kept, a copy of what was loaded once for all processes."""
    connections.close_all()
    if not spares.is_kept(kind):
        with SERVERS.superuser() as connection:
            copy(connection, loaded(connection, kind), to=spares.spare(kind))


def loaded(connection: psycopg.Connection, kind: str) -> str:
    """Return the template with a population in it, making it when it is not there yet."""
    template = TEMPLATES[kind] + fingerprint(kind)
    with locked(connection):
        if not exists(connection, template):
            SERVERS.clone()
            call_command("load_demo", scenario=SCENARIOS[kind], verbosity=0)
            connections.close_all()
            spares.rename(connection, SERVERS.database, to=template)
            drop_old(connection, TEMPLATES[kind])
            SERVERS.clone()
    return template


def drop_old(connection: psycopg.Connection, templates: str) -> None:
    """Drop what older code has loaded."""
    listed = connection.execute(
        "SELECT datname FROM pg_database WHERE starts_with(datname, %s) ORDER BY oid", [templates]
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
def present(
    blocker: DjangoDbBlocker,
    kind: str = BACKLOG,
    *,
    is_changed: bool,
) -> Iterator[None]:
    """Have a population in the database for the length of a block, and a database as migrated after it."""
    with blocker.unblock():
        provide(kind)
        spares.put_in_place(kind)
    yield
    with blocker.unblock():
        spares.give_back(kind, is_changed=is_changed)


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


@pytest.fixture(scope="module")
def warehouse(django_db_setup, django_db_blocker) -> Iterator[None]:
    """Give all tests of a module the demo's warehouse, with its registry, its runs and its entities."""
    with present(django_db_blocker, WAREHOUSE, is_changed=False):
        yield


@pytest.fixture
def committed_warehouse(django_db_setup, django_db_blocker) -> Iterator[None]:
    """Give one test the demo's warehouse to commit on for real."""
    with present(django_db_blocker, WAREHOUSE, is_changed=True), django_db_blocker.unblock():
        yield
