"""Processes that open and close runs by the service, timed; started as `python -m tests.bench.runners NUMBER PAIRS`."""

import os
import subprocess
import sys
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

# not that of tests.servers, which would name another database to each process
ROOT = Path(__file__).parents[2]
READY, GO = "ready", "go"


@dataclass(frozen=True)
class Pace:
    """How many pairs so many processes did, and in how many seconds from the first to the last."""

    pairs: int
    seconds: float

    @property
    def a_second(self) -> float:
        return self.pairs / self.seconds


def pace(processes: int, pairs: int) -> Pace:
    """Let so many processes begin at one moment, each with its own entities."""
    with ExitStack() as stack:
        started = [
            stack.enter_context(
                subprocess.Popen(
                    [sys.executable, "-m", "tests.bench.runners", str(number), str(pairs)],
                    cwd=ROOT,
                    env=os.environ,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    text=True,
                )
            )
            for number in range(processes)
        ]
        for one in started:
            assert one.stdout and one.stdout.readline().strip() == READY
        begun = time.perf_counter()
        for one in started:
            assert one.stdin
            one.stdin.write(f"{GO}\n")
            one.stdin.flush()
        done = [one.wait() for one in started]
        seconds = time.perf_counter() - begun
    assert done == [0] * processes
    return Pace(processes * pairs, seconds)


def work(number: int, pairs: int) -> None:
    """Open and close, each for a company of its own."""
    import django

    django.setup()
    from django.contrib.auth.models import User

    from enrichment.services import runs
    from enrichment.services.accounts import Origin, Result

    by = User.objects.get(username="loader")
    found = Result(status="completed", records_out=1, records_in_extracted=1)

    def pair(entity: str) -> None:
        asked = Origin(workflow="workflow_1", entity=entity, source="clay")
        run = runs.open(asked, by=by, force=True).run
        runs.close(run.pk, found, by=by)

    pair(f"warm{number}.example")
    sys.stdout.write(f"{READY}\n")
    sys.stdout.flush()
    sys.stdin.readline()
    for n in range(pairs):
        pair(f"bench{number * pairs + n}.example")


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "outreach_admin.settings")
    work(*map(int, sys.argv[1:]))
