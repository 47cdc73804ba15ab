"""What people see while PostgreSQL or Redis is away."""

import errno
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPMessage
from pathlib import Path

import psycopg
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, OperationalError, connections
from psycopg import sql

from outreach_admin.faults import WHAT_TO_DO
from outreach_admin.health import SAID
from outreach_admin.watch.outages import Outage, outage
from tests import make
from tests.browser import serving, wait_for
from tests.servers import OWNER, ROOT, SERVERS

NOWHERE = "postgres://nobody:nothing@127.0.0.1:1/none"
ANY_URL = ("/reference/", "/reference/auth/user/", "/password/")
SEND = "from governance.services import workers; import time; t = time.monotonic(); print(workers.send('governance.tasks.run_operation', 1), time.monotonic() - t)"


class Stay(urllib.request.HTTPRedirectHandler):
    """Look at a redirect instead of following it."""

    def redirect_request(self, *args, **kwargs):
        return None


def get(address: str) -> tuple[int, HTTPMessage, str]:
    try:
        request = urllib.request.Request(
            address, headers={"Cookie": "sessionid=somebodywhosignedinbefore"}
        )
        with urllib.request.build_opener(Stay).open(request, timeout=30) as page:
            return page.status, page.headers, page.read().decode()
    except urllib.error.HTTPError as page:
        with page:
            return page.code, page.headers, page.read().decode()


def allow_connections(database: str, *, allowed: bool) -> None:
    with SERVERS.superuser() as connection:
        statement = "ALTER DATABASE {} WITH ALLOW_CONNECTIONS {}"
        connection.execute(
            sql.SQL(statement).format(sql.Identifier(database), sql.Literal(allowed))
        )
        if not allowed:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s",
                [database],
            )


def test_a_console_without_its_database_says_so_on_every_page(django_db_setup):
    with serving({"DATABASE_URL": NOWHERE}) as site:
        for path in ANY_URL:
            status, headers, page = get(site + path)
            assert (path, status, headers["Retry-After"]) == (path, 503, "10")
            assert "cannot reach its database" in page


def test_a_database_that_goes_away_comes_back_without_a_restart(committed_db):
    with serving() as site:
        before, _, _ = get(f"{site}/sign-in/")
        allow_connections(SERVERS.database, allowed=False)
        try:
            during, _, _ = get(f"{site}/healthz/")
        finally:
            allow_connections(SERVERS.database, allowed=True)

        assert (before, during) == (200, 503)
        wait_for(lambda: get(f"{site}/healthz/")[2].count('"database": "ok"') == 1, seconds=10)


def cut_all_connections() -> int:
    with SERVERS.superuser() as other:
        return other.execute(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = %s",
            [SERVERS.database],
        ).fetchone()[0]


def fill_the_pool(site: str, *, people: int) -> None:
    """Let so many requests hold a connection at the same moment."""
    with SERVERS.superuser(SERVERS.database) as other, ThreadPoolExecutor(people) as asking:
        other.execute("BEGIN; LOCK TABLE django_session")
        pages = [asking.submit(get, f"{site}/password/") for _ in range(people)]
        waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted"
        wait_for(lambda: other.execute(waiting).fetchone()[0] == people, seconds=20)
        other.execute("ROLLBACK")
        assert [page.result()[0] for page in pages] == [302] * people


def test_the_request_after_all_connections_were_cut_finds_the_database_again(committed_db):
    with serving() as site:
        fill_the_pool(site, people=8)
        connections["default"].close()
        cut = cut_all_connections()

        found = [get(f"{site}/password/")[0] for _ in range(4)]

    assert cut >= 8
    assert found == [302] * 4


@pytest.mark.soak
def test_connections_that_are_cut_again_and_again_cost_no_later_request(committed_db):
    with serving() as site:
        for _ in range(20):
            fill_the_pool(site, people=8)
            cut_all_connections()
            assert get(f"{site}/password/")[0] == 302


def test_pages_work_without_redis(committed_db):
    with serving({"REDIS_URL": "redis://127.0.0.1:1/0"}) as site:
        assert get(f"{site}/sign-in/")[0] == 200
        assert get(f"{site}/password/")[0] == 302
        assert get(f"{site}/healthz/")[0] == 503


@pytest.mark.parametrize("kind", ["closed", "silent", "full"])
def test_a_send_to_a_broker_that_is_away_gives_up_in_seconds(kind):
    with socket.socket() as door, socket.socket() as first, socket.socket() as second:
        door.bind(("127.0.0.1", 0))
        address = door.getsockname()
        if kind != "closed":
            door.listen(0 if kind == "full" else 5)
        if kind == "full":
            for caller in (first, second):
                caller.setblocking(False)
                caller.connect_ex(address)

        said = subprocess.run(
            [sys.executable, "manage.py", "shell", "--verbosity=0", f"--command={SEND}"],
            cwd=ROOT,
            env={**os.environ, "REDIS_URL": f"redis://127.0.0.1:{address[1]}/0"},
            capture_output=True,
            text=True,
            check=True,
        )

    taken, seconds = said.stdout.split()
    assert taken == "False"
    assert float(seconds) < 10


@pytest.mark.parametrize("kind", ["closed", "silent"])
def test_health_does_not_wait_for_redis(client, db, settings, kind):
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        if kind == "silent":
            door.listen(5)
        settings.REDIS_URL = f"redis://127.0.0.1:{door.getsockname()[1]}/0"
        begun = time.monotonic()

        answer = client.get("/healthz/")

    assert answer.json()["parts"]["redis"] == "Redis does not answer"
    assert time.monotonic() - begun < 10


def test_a_console_whose_connections_are_all_in_use_says_that_it_is_busy(committed_db):
    with serving({"DATABASE_POOL": "1"}) as site, SERVERS.superuser(SERVERS.database) as other:
        other.execute("BEGIN; LOCK TABLE django_session")
        with ThreadPoolExecutor() as people:
            waits = people.submit(get, f"{site}/password/")
            wait_for(lambda: is_waiting_for_a_lock(other), seconds=10)
            asks = people.submit(get, f"{site}/password/")
            wait_for(
                lambda: '"connections": "busy: 1 waiting for ' in get(f"{site}/healthz/")[2],
                seconds=2,
            )
            status, headers, page = asks.result()
            other.execute("ROLLBACK")

    assert (status, headers["Retry-After"]) == (503, "10")
    assert "The console is busy" in page and "cannot reach" not in page
    assert waits.result()[0] == 302


@pytest.mark.soak
def test_a_table_that_somebody_holds_keeps_nobody_waiting_for_long(committed_db):
    with serving({"DATABASE_POOL": "1"}) as site, SERVERS.superuser(SERVERS.database) as other:
        other.execute("BEGIN; LOCK TABLE django_session")
        begun = time.monotonic()

        status, headers, page = get(f"{site}/password/")

        waited = time.monotonic() - begun
        other.execute("ROLLBACK")
        again = get(f"{site}/password/")[0]

    assert (status, headers["Retry-After"], again) == (503, "10", 302)
    assert "Another session holds a lock" in page
    assert waited < 15


def test_a_database_that_takes_no_more_connections_is_called_busy(committed_db):
    limit = sql.SQL("ALTER DATABASE {} CONNECTION LIMIT {}")
    name = sql.Identifier(SERVERS.database)
    with serving() as site, SERVERS.superuser() as other:
        other.execute(limit.format(name, 0))
        cut_all_connections()
        _, _, page = get(f"{site}/password/")
        _, _, health = get(f"{site}/healthz/")
        other.execute(limit.format(name, -1))

    assert "The console is busy" in page
    assert "busy: PostgreSQL takes no more connections" in health


def is_waiting_for_a_lock(other: psycopg.Connection) -> bool:
    return bool(other.execute("SELECT 1 FROM pg_locks WHERE NOT granted").fetchone())


def test_a_database_without_room_says_so_and_is_remembered(committed_db, redis_server, client):
    with psycopg.connect(SERVERS.url(OWNER, SERVERS.database)) as owner:
        owner.execute(
            """CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                RAISE 'could not extend file' USING ERRCODE = 'disk_full'; END $$"""
        )
        owner.execute(
            "CREATE TRIGGER full_disk BEFORE INSERT ON governance_importrow EXECUTE FUNCTION no_room()"
        )
    client.force_login(make.triager())
    client.raise_request_exception = False
    file = SimpleUploadedFile("errors.csv", f"error_table,code\n{make.DOL},NO_MATCH\n".encode())

    answer = client.post("/errors/import/", {"file": file})

    assert answer.status_code == 503
    assert "no room left on the disk" in answer.content.decode()
    assert client.get("/healthz/").json()["parts"]["writes"].startswith("no room: ")
    assert client.get("/errors/import/").status_code == 200


def test_a_file_that_finds_no_room_is_no_fault_of_the_console():
    assert outage(written_to_a_full_disk()) is Outage.NO_ROOM
    assert outage(OSError(errno.EACCES, "not ours")) is None


def written_to_a_full_disk() -> OSError:
    with (
        pytest.raises(OSError, match="No space left") as refused,
        Path("/dev/full").open("wb", 0) as file,
    ):
        file.write(b"x")
    return refused.value


def test_a_statement_that_fails_is_no_outage():
    assert outage(DatabaseError("division by zero")) is None
    assert outage(ValueError("division by zero")) is None
    assert outage(OperationalError("connection refused")) is Outage.GONE


def test_a_lock_of_somebody_else_is_said_to_be_one():
    problem = OperationalError("canceling statement due to lock timeout")
    problem.__cause__ = psycopg.errors.LockNotAvailable()

    assert outage(problem) is Outage.LOCKED


@pytest.mark.parametrize(
    "cause", [psycopg.errors.DeadlockDetected, psycopg.errors.SerializationFailure]
)
def test_two_that_change_the_same_rows_are_told_to_come_again(cause):
    problem = OperationalError("could not serialize access")
    problem.__cause__ = cause()

    assert outage(problem) is Outage.CROSSED
    assert set(WHAT_TO_DO) == set(SAID) == set(Outage)
