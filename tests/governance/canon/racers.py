"""A program whose threads all reserve at one moment: `python -m tests.governance.canon.racers`.

It says `ready`. Each line that it reads is a race as JSON; it answers with how often its threads were told what.
"""

import contextlib
import json
import os
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

THREADS = 50
PROCESSES = 4
PATIENCE = 240
SCRIPT = "tests.governance.canon.racers"
WON = "won"


class Call(NamedTuple):
    """A call that all want to make."""

    tool: str
    hub: str
    kind: str
    entity: str = ""
    facts: dict[str, Any] = {}


class Racers:
    """Programs that are ready to race."""

    def __init__(self, programs: list[subprocess.Popen]) -> None:
        self.programs = programs

    def race(
        self,
        call: Call,
        *,
        rounds: int = 1,
        meanwhile: Callable[[], object] = lambda: None,
    ) -> Counter[str]:
        """Let every thread try so many times; how often what was said: `won`, a code, or the name of a refusal."""
        for program in self.programs:
            program.stdin.write(json.dumps([*call, rounds]) + "\n")
            program.stdin.flush()
        meanwhile()
        told: Counter[str] = Counter()
        for program in self.programs:
            told.update(json.loads(program.stdout.readline()))
        return told


@contextlib.contextmanager
def ready(*environments: dict[str, str]) -> Iterator[Racers]:
    """Start the programs, each with what is said of its environment; they end with the block."""
    given = environments or ({},) * PROCESSES
    programs = [_started(one) for one in given]
    try:
        for program in programs:
            assert program.stdout.readline() == "ready\n"
        yield Racers(programs)
    finally:
        for program in programs:
            program.stdin.close()
            program.wait(PATIENCE)
            program.stdout.close()


def _started(environment: dict[str, str]) -> subprocess.Popen:
    common = {"DJANGO_SETTINGS_MODULE": "outreach_admin.settings", "LOG_LEVEL": "CRITICAL"}
    return subprocess.Popen(
        [sys.executable, "-m", SCRIPT],
        env={**os.environ, **common, **environment},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def main() -> None:
    """Race whenever it is told to."""
    import django

    django.setup()
    from governance.queries.canon import current

    current.ask()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    for line in sys.stdin:
        *call, rounds = json.loads(line)
        told = raced(Call(*call), rounds)
        sys.stdout.write(json.dumps(told) + "\n")
        sys.stdout.flush()


def raced(wanted: Call, rounds: int) -> Counter[str]:
    """Let the threads of this program try; how often what was said."""
    from governance.canon.guard import InteractionType, ToolCanonGuard
    from governance.canon.reserving import GuardedCall

    kind = InteractionType(wanted.kind)
    call = GuardedCall(
        ToolCanonGuard(), wanted.tool, wanted.hub, kind, wanted.facts, wanted.entity or None
    )
    gate = threading.Barrier(THREADS)
    told: list[str] = []

    def run() -> None:
        gate.wait()
        told.extend(tried(call) for _ in range(rounds))

    threads = [threading.Thread(target=run) for _ in range(THREADS)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    return Counter(told)


def tried(call: Any) -> str:
    """Try once; what was said, or what broke."""
    from governance.canon import reservations
    from governance.canon.guard import ToolCanonViolationError

    try:
        reservations.reserve(call)
    except ToolCanonViolationError as refused:
        return refused.violation.violation_code if refused.violation else type(refused).__name__
    except Exception as broken:  # noqa: BLE001 - whatever breaks is told, and the test fails of it
        return f"{type(broken).__name__}: {broken}"[:200]
    return WON


if __name__ == "__main__":
    main()
