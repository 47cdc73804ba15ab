"""Loaded databases to measure on: made once for each state of the code, copied for every round."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path

import psycopg
from django.core.management import call_command
from django.db import connections
from psycopg import sql

from outreach_admin.db.roles import as_owner
from tests import servers
from tests.backlog import fingerprint, locked
from tests.servers import SERVERS, drop

MEASURED = "outreach_bench_"
MILLION = 14  # copies of the population that hold more than a million errors
COMPANIES = 24  # and more than a million companies
WORKED_ON = (Path(__file__).parent / "worked_on.sql").read_text()
EXPIRING = (Path(__file__).parent / "expiring.sql").read_text()


def loaded(scale: int) -> str:
    """Return the name of a database that holds the demo at `scale`; it is made when it is missing."""

    def fill() -> None:
        SERVERS.clone()
        call_command(
            "load_demo", scenario="ops_backlog", scale=scale, verbosity=0, stdout=StringIO()
        )

    return provided(f"{scale}", fill)


def worked_on(scale: int) -> str:
    """Return the name of a database where people have parked, resolved, retried and assigned a tenth of the demo."""

    def fill() -> None:
        copy(loaded(scale))
        with as_owner() as database, database.cursor() as cursor:
            cursor.execute(WORKED_ON)
            cursor.execute(
                "VACUUM (ANALYZE) governance_huberror, governance_errorcount, governance_readiness"
            )

    return provided(f"{scale}_worked_on", fill)


def expiring(scale: int) -> str:
    """Return the name of a database where a fifth of the demo's errors have expired and the rest never do."""

    def fill() -> None:
        copy(loaded(scale))
        with as_owner() as database, database.cursor() as cursor:
            cursor.execute(EXPIRING)
            cursor.execute("VACUUM (ANALYZE) governance_huberror, governance_errorcount")

    return provided(f"{scale}_expiring", fill)


def provided(label: str, fill: Callable[[], None]) -> str:
    """Return the name of a database for the present code, filled when it is missing."""
    name = f"{MEASURED}{fingerprint()}_{label}"
    with SERVERS.superuser() as server:
        if not server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            drop_old(server)
            fill()
            connections.close_all()
            server.execute(
                sql.SQL("ALTER DATABASE {} RENAME TO {}").format(
                    sql.Identifier(SERVERS.database), sql.Identifier(name)
                )
            )
            SERVERS.clone()
    return name


def drop_old(server: psycopg.Connection) -> None:
    """Drop what other states of the code have loaded."""
    with locked(server):
        listed = server.execute(
            "SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [MEASURED]
        ).fetchall()
        for (name,) in listed:
            if not name.startswith(f"{MEASURED}{fingerprint()}_"):
                drop(server, name)


def copy(source: str) -> None:
    """Make this process's database anew as a copy of `source`."""
    connections.close_all()
    with SERVERS.superuser() as server:
        drop(server, SERVERS.database)
        servers.copy(server, source, to=SERVERS.database)


@contextmanager
def backlog(scale: int, *, kind: Callable[[int], str] = loaded) -> Iterator[None]:
    """Let the block work on a fresh copy of the demo at `scale`."""
    copy(kind(scale))
    try:
        yield
    finally:
        connections.close_all()
        SERVERS.clone()
