"""Four programs open, beat and close runs over HTTP while the server is killed: nothing acknowledged is lost."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from enrichment.models import Run
from tests import make
from tests.browser import answers, wait_for
from tests.servers import ROOT, SERVERS

PROGRAMS, COMPANIES = 4, 40
KILLS = 2
WAIT = 1_200
TWICE_OPEN = """SELECT count(*) FROM (
    SELECT FROM enrichment_run WHERE status IN ('pending', 'running')
    GROUP BY workflow_id, entity_type, entity_key HAVING count(*) > 1) twice"""
# the state of an entity is that of the newest of its runs
ASTRAY = """SELECT count(*) FROM enrichment_state s
    WHERE s.run_id IS DISTINCT FROM (
            SELECT r.id FROM enrichment_run r
            WHERE r.entity_key = s.entity_key AND r.status NOT IN ('skipped', 'cancelled')
            ORDER BY r.ran_at DESC, r.id DESC LIMIT 1)
        OR s.status <> (SELECT status FROM enrichment_run r WHERE r.id = s.run_id)"""


class Server:
    """A web server that can be killed, and started again at its address."""

    def __init__(self) -> None:
        with socket.socket() as door:
            door.bind(("127.0.0.1", 0))
            self.port = door.getsockname()[1]
        self.address = f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        command = [
            sys.executable,
            "-m",
            "gunicorn",
            "outreach_admin.wsgi:application",
            f"--bind=127.0.0.1:{self.port}",
            "--worker-class=outreach_admin.web.workers.PatientWorker",
            "--workers=2",
            "--threads=8",
            "--no-control-socket",
            "--log-level=critical",
        ]
        log = (SERVERS.work / "killed.log").open("ab")
        with log:
            self.process = subprocess.Popen(
                command, cwd=ROOT, env=os.environ, stdout=log, stderr=log, start_new_session=True
            )
        wait_for(lambda: answers(self.address), seconds=120)

    def kill(self) -> None:
        """End it and its workers without a word."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(20)


@contextlib.contextmanager
def running(server: Server, runs: int) -> Iterator[list[subprocess.Popen]]:
    """Let the programs work, each with a token of its own."""
    file = Path(__file__).with_name("worker.py")
    programs = []
    for number in range(PROGRAMS):
        _, secret = make.token(account=make.triager(), scopes=["pipeline"])
        given = [server.address, secret, str(number), str(runs // PROGRAMS), str(COMPANIES)]
        programs.append(
            subprocess.Popen([sys.executable, str(file), *given], stdout=subprocess.PIPE)
        )
    try:
        yield programs
    finally:
        for program in programs:
            program.kill()
            program.wait(20)


def one(query: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return int(cursor.fetchone()[0])


def has_told(share: float) -> Any:
    """Give what tells whether so many runs were told of, and looks for two open ones each time."""

    def looked() -> bool:
        assert one(TWICE_OPEN) == 0
        return Run.objects.count() >= share

    return looked


@pytest.mark.parametrize("runs", [300, pytest.param(20_000, marks=pytest.mark.soak)])
def test_what_was_acknowledged_is_kept_and_one_run_is_open_for_a_company(
    committed_db, redis_server, runs
):
    make.workflow(workflow_name="company_discovery")
    server = Server()
    server.start()
    try:
        with running(server, runs) as programs:
            for kill in range(1, KILLS + 1):
                wait_for(has_told(runs * kill / 4), seconds=WAIT)
                server.kill()
                server.start()
            told = [json.loads(program.communicate(timeout=WAIT)[0]) for program in programs]
    finally:
        server.kill()

    assert [one for story in told for one in story["odd"]] == []
    opened = {key for story in told for key in story["opened"]}
    closed = {key: found for story in told for key, found in story["closed"]}
    kept = {
        str(key): (status, found)
        for key, status, found in Run.objects.values_list("pk", "status", "records_out")
    }
    assert len(opened) + sum(story["busy"] for story in told) == runs
    assert opened == set(kept)
    assert {key: kept[key] for key in closed} == {
        key: ("completed", found) for key, found in closed.items()
    }
    assert len(closed) == len(opened)
    assert (one(TWICE_OPEN), one(ASTRAY)) == (0, 0)
