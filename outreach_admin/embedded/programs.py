"""Looking at and ending programs of this machine by their number."""

import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path

TICK = 0.02


def is_alive(pid: int) -> bool:
    """Say whether a program runs under that number; one that only waits to be collected does not."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError, IndexError):
        return not Path("/proc/self/stat").exists()
    return state != "Z"


def command_of(pid: int) -> str:
    """Return the command line of a program, empty when it is gone or hidden."""
    try:
        return (
            Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        )
    except FileNotFoundError:
        listed = subprocess.run(
            ["ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False
        )
        return listed.stdout.strip()
    except OSError:
        return ""


def wait_until(condition: Callable[[], bool], *, seconds: float) -> bool:
    """Wait for a condition, looking every 20 ms; say whether it came true in time."""
    deadline = time.monotonic() + seconds
    pause = threading.Event()
    while not condition():
        if time.monotonic() > deadline:
            return False
        pause.wait(TICK)
    return True


def end(pid: int, *, seconds: float) -> None:
    """Ask a program to end, and end it by force when it has not after `seconds`."""
    for step in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.kill(pid, step)
        except ProcessLookupError:
            return
        if wait_until(lambda: not is_alive(pid), seconds=seconds):
            return
