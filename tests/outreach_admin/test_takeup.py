"""A worker killed at any moment: the next one goes on, no row lost, none changed twice."""

import os
import random
import signal
import subprocess
import sys
from threading import Event

import psycopg
import pytest

from governance.models import ApprovalPolicy, HubError, Operation
from governance.services.operations import plans, steering
from tests import make
from tests.browser import wait_for
from tests.governance import facts
from tests.servers import OWNER, ROOT, SERVERS

COMMAND = [
    sys.executable,
    "-m",
    "celery",
    "--app=outreach_admin",
    "worker",
    "--concurrency=1",
    "--without-gossip",
    "--without-mingle",
    "--without-heartbeat",
]
IMPATIENT = {"TAKE_UP_EVERY": "0.2", "TAKE_UP_AFTER": "1"}
SECONDS_A_ROW = 0.001
ROWS_A_KILL = 1000


def worker() -> subprocess.Popen:
    """Start a worker of two processes, in a group of its own."""
    log = (SERVERS.work / "killed-worker.log").open("ab")
    with log:
        return subprocess.Popen(
            COMMAND,
            cwd=ROOT,
            env={**os.environ, **IMPATIENT},
            stdout=log,
            stderr=log,
            start_new_session=True,
        )


def kill(process: subprocess.Popen) -> None:
    """End every process of a worker at once, as losing the machine would."""
    os.killpg(process.pid, signal.SIGKILL)
    process.wait(10)


def take_time() -> None:
    """Let every changed row take a millisecond, so that a random moment is one inside a chunk."""
    with psycopg.connect(SERVERS.url(OWNER, SERVERS.database)) as connection:
        connection.execute(
            f"CREATE FUNCTION take_time() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep({SECONDS_A_ROW}); RETURN NEW; END $$"
        )
        connection.execute(
            "CREATE TRIGGER slow BEFORE UPDATE ON governance_huberror FOR EACH ROW EXECUTE FUNCTION take_time()"
        )


def in_a_chunk(operation: Operation) -> bool:
    """Whether somebody holds the operation, as a chunk does."""
    with psycopg.connect(SERVERS.url(OWNER, SERVERS.database)) as other:
        return (
            other.execute(
                "SELECT 1 FROM governance_operation WHERE id = %s FOR UPDATE SKIP LOCKED",
                [operation.pk],
            ).fetchone()
            is None
        )


def state_of(operation: Operation) -> str:
    return Operation.objects.get(pk=operation.pk).state


def survives(kills: int, *, seed: int) -> None:
    """Kill the worker that often, each time at a random moment inside a chunk, then let one finish; look at every row."""
    chance = random.Random(seed)
    ApprovalPolicy.objects.update(is_active=False)
    rows = {row.pk for row in make.errors(ROWS_A_KILL * (kills + 1))}
    operation = plans.make(
        "park",
        rows=HubError.objects.all(),
        by=make.triager(),
        filter="disposition=RETRY",
        scope="all",
        reason="DATA_QUALITY",
    )
    take_time()
    steering.start(operation, by=operation.requester)

    for _ in range(kills):
        process = worker()
        wait_for(lambda: in_a_chunk(operation), seconds=60)
        Event().wait(chance.uniform(0, ROWS_A_KILL * SECONDS_A_ROW))
        kill(process)
        assert state_of(operation) == "running"
    last = worker()
    try:
        wait_for(lambda: state_of(operation) == "done", seconds=120)
    finally:
        kill(last)

    operation.refresh_from_db()
    assert facts.adds_up(operation)
    assert facts.applied(operation) == rows
    assert facts.events(operation) == dict.fromkeys(rows, 1)
    assert set(HubError.objects.values_list("disposition", "version")) == {("PARKED", 2)}


@pytest.mark.soak
def test_a_worker_killed_inside_a_chunk_loses_and_doubles_no_row(committed_db, redis_server):
    survives(1, seed=random.SystemRandom().randrange(10**9))


@pytest.mark.soak
@pytest.mark.parametrize("round_", range(4))
def test_a_worker_killed_twenty_times_loses_and_doubles_no_row(committed_db, redis_server, round_):
    survives(5, seed=random.SystemRandom().randrange(10**9))
