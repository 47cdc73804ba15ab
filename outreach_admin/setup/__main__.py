"""`python -m outreach_admin.setup run|setup`: check the machine, then install what is not there yet."""

import os
import signal
import sys

from outreach_admin.setup import Missing, machine, packages, ports, redis_program

KINDS = {"run": "runtime", "setup": "development"}


def main(purpose: str) -> int:
    """Set up for a purpose; return the exit status."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        # through the same door as Ctrl-C: what it has started ends with it
        signal.signal(number, lambda number, _: sys.exit(128 + number))
    try:
        with packages.turn():
            prepare(KINDS[purpose], serves=purpose == "run")
    except Missing as missing:
        sys.stderr.write(f"{missing}\n")
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


def prepare(kind: str, *, serves: bool) -> None:
    """Refuse a machine that lacks something, then install the packages that are not there."""
    installed = packages.is_installed(kind)
    if serves:
        ports.check(os.environ.get("HOST") or "127.0.0.1", os.environ.get("PORT") or "8000")
    if not installed:
        machine.check_venv()
    machine.check_folders(packages="" if installed else kind)
    machine.check_shared_memory()
    if not installed:
        packages.install(kind)
    redis_program.provide(packages.VENV)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
