"""Eight clients work at once while web processes are killed: nothing is lost, nothing doubled."""

import os
import signal
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from contextlib import suppress
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from django.urls import reverse

from governance.models import HubError, Operation
from tests import make
from tests.browser import served, wait_for
from tests.governance.facts import adds_up, applied, events
from tests.remote import RemoteCaller
from tests.workers import working

CLIENTS = 8
ROWS = 5
STEPS = (
    ("park", {"reason": "DATA_QUALITY"}),
    ("unpark", {}),
)
# answers between two kills
BETWEEN = 40
LEAST_KILLED = 3


class Clerk:
    """One client with a ledger of what it was told is done."""

    def __init__(self, caller: RemoteCaller, loader: RemoteCaller) -> None:
        self.caller = caller
        self.loader = loader
        self.ledger: dict[int, list[str]] = {}
        self.created: list[str] = []

    def work(self, is_over: Callable[[], bool]) -> None:
        """Create, plan and run until it is over."""
        while not is_over():
            rows = self.created_errors()
            for verb, parameters in STEPS:
                self.carry_out(verb, parameters, rows)

    def created_errors(self) -> list[str]:
        """Send errors of its own, and as many without an id, which only the key of the request keeps from being doubled."""
        error = {"error_table": make.CT, "code": "CT-M-NO-MX"}
        mine = [str(uuid4()) for _ in range(ROWS)]
        sent = [error | {"error_id": row} for row in mine] + [error] * ROWS
        answer = self.loader.insist("POST", reverse("api:error-bulk"), {"rows": sent})
        assert (answer.status, answer.said["created"]) == (201, 2 * ROWS), answer.said
        rows = [row["error_id"] for row in answer.said["rows"]]
        assert rows[:ROWS] == mine
        self.created += rows
        return rows

    def carry_out(self, verb: str, parameters: dict, rows: list[str]) -> None:
        """Plan it, start it, wait for its end."""
        body = {"verb": verb, "parameters": parameters, "ids": rows}
        planned = self.caller.insist("POST", "/api/operations/", body)
        assert planned.status == 201, planned.said
        address = f"/api/operations/{planned.said['id']}/"
        started = self.caller.insist("POST", f"{address}start/", {})
        assert started.status == 200, started.said
        self.ledger[planned.said["id"]] = rows
        wait_for(lambda: self.is_done(address), seconds=90)

    def is_done(self, address: str) -> bool:
        return self.caller.insist("GET", address).said["state"] == "done"


def children_of(process: subprocess.Popen) -> list[int]:
    """List the processes that serve."""
    listed = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text()
    return [int(pid) for pid in listed.split()]


class Killer:
    """Kills one web process after the other while clients are answered, and so leaves time to begin anew."""

    def __init__(self, master: subprocess.Popen, working_ones: list[Clerk], seconds: float) -> None:
        self.master = master
        self.working_ones = working_ones
        self.end = time.monotonic() + seconds
        self.done = threading.Event()
        self.killed = 0

    @property
    def is_over(self) -> bool:
        """Whether the time is, and enough were killed."""
        enough = time.monotonic() > self.end and self.killed >= LEAST_KILLED
        return enough or self.done.is_set()

    @property
    def answered(self) -> int:
        return sum(one.caller.answered for one in self.working_ones)

    def kill(self) -> None:
        """Kill until it is over."""
        before = 0
        while not (self.done.wait(0.2) or self.is_over):
            if self.answered >= before + BETWEEN:
                before = self.answered
                with suppress(ProcessLookupError):
                    os.kill(children_of(self.master)[0], signal.SIGKILL)
                    self.killed += 1


def clerks(site: str) -> list[Clerk]:
    """Make eight clients, two of each of four people."""
    people = [make.triager() for _ in range(CLIENTS // 2)] * 2
    loading = make.token(pipeline="loader", scopes=["pipeline"])[1]
    secrets = [make.token(account=person, scopes=["triage"])[1] for person in people]
    return [Clerk(RemoteCaller(site, secret), RemoteCaller(site, loading)) for secret in secrets]


@pytest.mark.parametrize("seconds", [5, pytest.param(60, marks=pytest.mark.soak)])
def test_nothing_is_lost_or_doubled_while_web_processes_die(seconds, committed_db, redis_server):
    with served(workers=2) as (site, master), working():
        working_ones = clerks(site)
        with ThreadPoolExecutor(CLIENTS + 1) as pool:
            killer = Killer(master, working_ones, seconds)
            killing = pool.submit(killer.kill)
            jobs = [pool.submit(one.work, lambda: killer.is_over) for one in working_ones]
            wait(jobs, return_when=FIRST_EXCEPTION)
            killer.done.set()
        for job in [*jobs, killing]:
            job.result()

    assert killer.killed >= LEAST_KILLED
    assert sum(one.caller.again for one in working_ones) > 0
    compare(working_ones)


def compare(working_ones: list[Clerk]) -> None:
    """Compare what the clients were told with what is stored."""
    ledger = {key: rows for one in working_ones for key, rows in one.ledger.items()}
    changes = Counter(row for rows in ledger.values() for row in rows)
    stored = {operation.pk: operation for operation in Operation.objects.all()}

    assert set(stored) == set(ledger) and len(ledger) >= 2 * CLIENTS
    for key, rows in ledger.items():
        wanted = set(map(UUID, rows))
        assert (stored[key].state, adds_up(stored[key])) == ("done", True)
        assert applied(stored[key]) == wanted
        assert events(stored[key]) == dict.fromkeys(wanted, 1)
    created = {row for one in working_ones for row in one.created}
    versions = {str(pk): number for pk, number in HubError.objects.values_list("pk", "version")}
    assert versions == {row: 1 + changes[row] for row in created}
