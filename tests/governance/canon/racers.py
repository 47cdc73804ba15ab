"""A program whose threads all reserve at one moment: `python -m tests.governance.canon.racers TOOL HUB KIND ENTITY`.

It says `ready`, waits for a line, and then how many of its threads were let through.
"""

import os
import subprocess
import sys
import threading
from collections.abc import Callable

THREADS = 50
PROCESSES = 4
FACTS = {"domain_verified": True, "mx_present": True}
SCRIPT = "tests.governance.canon.racers"


def race(*asked: str, meanwhile: Callable[[], object] = lambda: None, rounds: int = 1) -> int:
    """Let all processes race once they are ready; how many calls were let through."""
    command = [sys.executable, "-m", SCRIPT, *asked, str(rounds)]
    env = {**os.environ, "DJANGO_SETTINGS_MODULE": "outreach_admin.settings", "LOG_LEVEL": "ERROR"}
    programs = [
        subprocess.Popen(
            command,
            env=env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(PROCESSES)
    ]
    for program in programs:
        assert program.stdout.readline() == "ready\n"
    for program in programs:
        program.stdin.write("go\n")
        program.stdin.flush()
    meanwhile()
    return sum(int(program.communicate(timeout=120)[0]) for program in programs)


def main(tool: str, hub: str, kind: str, entity: str, rounds: str) -> None:
    """Race."""
    import django

    django.setup()
    from governance.canon import reservations
    from governance.canon.guard import (
        InteractionType,
        ToolCanonGuard,
        ToolCanonViolationError,
    )
    from governance.canon.reserving import GuardedCall

    call = GuardedCall(ToolCanonGuard(), tool, hub, InteractionType(kind), FACTS, entity)
    call.guard.validate(tool, hub, call.interaction, FACTS)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    gate = threading.Barrier(THREADS)
    won = []

    def run() -> None:
        gate.wait()
        for _ in range(int(rounds)):
            try:
                won.append(reservations.reserve(call).id)
            except ToolCanonViolationError:
                continue

    threads = [threading.Thread(target=run) for _ in range(THREADS)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    sys.stdout.write(f"{len(won)}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
