"""What people see while PostgreSQL or Redis is away."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from http.client import HTTPMessage

import pytest
from django.db import DatabaseError, OperationalError
from psycopg import sql

from outreach_admin import faults
from tests.browser import serving, wait_for
from tests.servers import ROOT, SERVERS

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


def test_pages_work_without_redis(committed_db):
    with serving({"REDIS_URL": "redis://127.0.0.1:1/0"}) as site:
        assert get(f"{site}/sign-in/")[0] == 200
        assert get(f"{site}/password/")[0] == 302
        assert get(f"{site}/healthz/")[0] == 503


@pytest.mark.parametrize("kind", ["closed", "silent", "full"])
def test_a_send_to_a_broker_that_is_away_gives_up_within_three_seconds(kind):
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
    assert float(seconds) < 3


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
    assert time.monotonic() - begun < 3


def test_a_statement_that_fails_is_no_outage():
    assert not faults.database_is_gone(DatabaseError("division by zero"))
    assert not faults.database_is_gone(ValueError("division by zero"))
    assert faults.database_is_gone(OperationalError("connection refused"))
