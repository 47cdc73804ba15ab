"""A worker for tests that need work to be done."""

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.servers import ROOT, SERVERS


@contextlib.contextmanager
def working() -> Iterator[Path]:
    """Run a worker of one process on this test's Redis and database; yields its log."""
    command = [
        sys.executable,
        "-m",
        "celery",
        "--app=outreach_admin",
        "worker",
        "--pool=solo",
        "--without-gossip",
        "--without-mingle",
        "--without-heartbeat",
    ]
    log = SERVERS.work / "worker.log"
    log.unlink(missing_ok=True)
    with log.open("wb") as lines:
        worker = subprocess.Popen(
            command, cwd=ROOT, env={**os.environ, "LOG_LEVEL": "INFO"}, stdout=lines, stderr=lines
        )
    try:
        yield log
    finally:
        worker.terminate()
        worker.wait(30)
