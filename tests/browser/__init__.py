"""A Chromium and a live server for tests that look at pages as people do."""

import contextlib
import fcntl
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator

import pytest

from tests.servers import DATA, ROOT, SERVERS

# the first draws no windows of its own: two thirds of the processor's time
NAMES = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
)
ARGUMENTS = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-quic",
    "--no-first-run",
    "--disable-dev-shm-usage",
]
START_SECONDS = 30
# a whole one brings its letters along
SHELL, WHOLE = "install -y chromium-headless-shell fonts-liberation", "install -y chromium"


def find_chromium() -> str | None:
    """Return an installed Chromium, or None."""
    return next(filter(None, map(shutil.which, NAMES)), None)


def provide_chromium() -> str | None:
    """Return a Chromium, installing one when there is none; None means playwright's own."""
    # of several processes one installs it
    with (DATA / "chromium.lock").open("w") as door:
        fcntl.flock(door, fcntl.LOCK_EX)
        found = find_chromium() or install_chromium()
    if (
        not found
        and subprocess.run(
            [sys.executable, "-m", "playwright", "install", "chromium"], check=False
        ).returncode
    ):
        pytest.exit(
            "Browser tests need a Chromium and none could be installed: install `chromium` with the system's package manager.",
            3,
        )
    return found


def install_chromium() -> str | None:
    """Install Debian's where this may be done, the lightest that there is, and return it."""
    if os.geteuid() == 0 and shutil.which("apt-get"):
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for command in ("update", SHELL, WHOLE):
            subprocess.run(
                ["apt-get", "-qq", *command.split()],
                env=environment,
                stdout=subprocess.DEVNULL,
                check=False,
            )
            if found := find_chromium():
                return found
    return None


@pytest.fixture(scope="session")
def browser():
    """A running Chromium, shared by all tests of this process; each test opens a context of its own."""
    from playwright.sync_api import sync_playwright

    path = provide_chromium()
    # playwright keeps an event loop in this thread, which Django would take for asynchronous code
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=path, headless=True, args=ARGUMENTS)
        yield running
        running.close()


@contextlib.contextmanager
def serving(environment: dict[str, str] | None = None, *, workers: int = 1) -> Iterator[str]:
    """Serve the console from a process of its own against this test's database; yields the address."""
    with served(environment, workers=workers) as (address, _):
        yield address


@contextlib.contextmanager
def served(
    environment: dict[str, str] | None = None,
    *,
    workers: int = 1,
) -> Iterator[tuple[str, subprocess.Popen]]:
    """Serve the console by so many processes under one that keeps them alive; yields the address and that one."""
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        port = door.getsockname()[1]
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        "outreach_admin.wsgi:application",
        f"--bind=127.0.0.1:{port}",
        "--worker-class=outreach_admin.web.workers.PatientWorker",
        f"--workers={workers}",
        "--threads=8",
        "--no-control-socket",
        "--log-level=warning",
    ]
    log = SERVERS.work / "web.log"
    with log.open("ab") as lines:
        web = subprocess.Popen(
            command, cwd=ROOT, env={**os.environ, **(environment or {})}, stdout=lines, stderr=lines
        )
    address = f"http://127.0.0.1:{port}"
    try:
        wait_for(lambda: answers(address) or web.poll() is not None, seconds=START_SECONDS)
        if web.poll() is not None:
            pytest.fail(f"The server did not start: {log.read_text()[-2000:]}")
        yield address, web
    finally:
        web.terminate()
        web.wait(60)


def faults() -> str:
    """Return what the servers of this test run wrote about requests that broke."""
    lines = (SERVERS.work / "web.log").read_text().splitlines()
    return "\n".join(line for line in lines if "Internal Server Error" in line)


@pytest.fixture
def site(committed_db, redis_server) -> Iterator[str]:
    """The address of the console, served by a process of its own from rows this test commits."""
    with serving() as address:
        yield address


def answers(address: str) -> bool:
    """Say whether a server answers there, whatever it says."""
    try:
        urllib.request.urlopen(f"{address}/healthz/", timeout=10).close()
    except urllib.error.HTTPError as answer:
        answer.close()
    except OSError:
        return False
    return True


def wait_for(condition, *, seconds: float):
    """Wait until `condition()` holds and return what it gave; fail the test when it does not in time."""
    deadline = time.monotonic() + seconds
    pause = threading.Event()
    while not (found := condition()):
        if time.monotonic() > deadline:
            pytest.fail(f"not within {seconds} s")
        pause.wait(0.05)
    return found
