"""What a program of ours costs: seconds and the peak of its memory, measured by the system."""

import os
import subprocess
import sys
import time
from dataclasses import dataclass

from tests.servers import ROOT


@dataclass(frozen=True)
class Spent:
    """Seconds of wall clock and megabytes at the peak."""

    seconds: float
    megabytes: float


def by(*arguments: str) -> Spent:
    """Run Python with these arguments in a process of its own; fail with what it said when it fails."""
    started = time.perf_counter()
    child = subprocess.Popen(
        [sys.executable, *arguments], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    said = child.stdout.read() if child.stdout else b""
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.stdout:
        child.stdout.close()
    assert child.returncode == 0, said.decode()[-2000:]
    return Spent(time.perf_counter() - started, usage.ru_maxrss / 1024)
