#!/usr/bin/env python3
"""What a new user does: clone into a folder that others may not enter, `make run`, open the page, Ctrl-C.

With --break-off the first start is ended by Ctrl-C at several moments before; each time nothing may be left running.
The Redis of the system is hidden, so that the one that set-up brings is started.
"""

import argparse
import contextlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
import uuid
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HIDDEN = {"redis-server", "valkey-server"}
SECONDS = 300
TICK = 0.05
BROKEN_OFF = {
    "the environment is made": lambda start: any(
        (start.checkout / ".venv").glob("lib/python*/site-packages/pip")
    ),
    "packages are installed": lambda start: any(
        (start.checkout / ".venv").glob("lib/python*/site-packages/django")
    ),
    "PostgreSQL starts": lambda start: (start.data / "postgres" / "postmaster.pid").exists(),
    "the database is migrated": lambda start: (start.data / "redis" / "redis.pid").exists(),
    "the demo is loaded": lambda start: "Loaded in" in start.log.read_text(),
    "the page is about to be served": lambda start: "Booting worker" in start.log.read_text(),
}


class FirstStart:
    """A clone, its data folder, and every program that is started in them."""

    def __init__(self, folder: Path, python: str, account: pwd.struct_passwd | None) -> None:
        self.folder, self.python, self.account = folder, python, account
        self.checkout = folder / "a b é"
        self.data = folder / "data"
        self.log = folder / "log"
        self.mark = f"FIRST_START={uuid.uuid4().hex}"
        with socket.create_server(("127.0.0.1", 0)) as door:
            self.port = door.getsockname()[1]
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(self.checkout)], check=True)
        self.hide()
        self.make: subprocess.Popen[bytes] | None = None
        if account:
            for path in (folder, *folder.rglob("*")):
                os.chown(path, account.pw_uid, account.pw_gid, follow_symlinks=False)

    def hide(self) -> None:
        """Make a folder of programs like the PATH, but for Redis."""
        tools = self.folder / "tools"
        tools.mkdir()
        for folder in map(Path, os.environ["PATH"].split(os.pathsep)):
            if self.account and not all(
                entered.stat().st_mode & 0o001 for entered in (folder, *folder.parents)
            ):
                continue
            with contextlib.suppress(OSError):
                for program in folder.iterdir():
                    if program.name not in HIDDEN and not (tools / program.name).is_symlink():
                        (tools / program.name).symlink_to(program)

    def command(self, *arguments: str) -> list[str]:
        """Return a call of make under the account that was asked for."""
        switch = (
            [
                "setpriv",
                f"--reuid={self.account.pw_uid}",
                f"--regid={self.account.pw_gid}",
                "--clear-groups",
                "--",
            ]
            if self.account
            else []
        )
        named = [f"PYTHON={self.python}"] if self.python else []
        return [*switch, "make", *named, *arguments]

    def environment(self) -> dict[str, str]:
        """Return this environment without the addresses of other servers, with a mark that every program started here inherits."""
        ours = dict([self.mark.split("=")]) | {
            "PATH": str(self.folder / "tools"),
            "OUTREACH_DATA_DIR": str(self.data),
            "PORT": str(self.port),
        }
        home = {"HOME": str(self.folder)} if self.account else {}
        return (
            {
                name: text
                for name, text in os.environ.items()
                if not name.startswith(("TEST_", "REDIS_", "DATABASE_"))
            }
            | ours
            | home
        )

    def begin(self) -> None:
        """Run `make run` in a terminal session of its own."""
        with self.log.open("wb") as log:
            self.make = subprocess.Popen(
                self.command("run"),
                cwd=self.checkout,
                env=self.environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                umask=0o077,
                start_new_session=True,
            )

    def wait(self, condition: Callable[[], bool]) -> None:
        """Wait for a condition; `make run` must not end before."""
        deadline = time.monotonic() + SECONDS
        while not condition():
            if self.make.poll() is not None or time.monotonic() > deadline:
                sys.exit(f"`make run` did not get there: {self.log.read_text()[-2000:]}")
            threading.Event().wait(TICK)

    def press_ctrl_c(self) -> None:
        """Send what a terminal sends to all its programs; nothing may be left."""
        os.killpg(self.make.pid, signal.SIGINT)
        self.make.wait(SECONDS)
        if left := self.running():
            sys.exit(f"Left running after Ctrl-C: {left}")

    def running(self) -> list[str]:
        """List the programs that carry the mark."""
        found = []
        for folder in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                if self.mark.encode() in (folder / "environ").read_bytes():
                    found.append(
                        (folder / "cmdline")
                        .read_bytes()
                        .replace(b"\0", b" ")
                        .decode(errors="replace")
                    )
        return list(filter(None, found))

    def is_served(self) -> bool:
        """Say whether the console is well and its sign-in page answers."""
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz/", timeout=5).close()
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/", timeout=30) as page:
                return b"csrfmiddlewaretoken" in page.read()
        except OSError:
            return False

    def end(self) -> None:
        """End what a failure has left."""
        if self.make and self.make.poll() is None:
            os.killpg(self.make.pid, signal.SIGTERM)
            self.make.wait(SECONDS)


def main() -> None:
    """Start once, in a folder that is removed at the end."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--python", default="", help="the interpreter (default: the one that make chooses)"
    )
    parser.add_argument("--account", type=pwd.getpwnam, help="as root: the account to start under")
    parser.add_argument(
        "--break-off", action="store_true", help="press Ctrl-C at several moments before"
    )
    parser.add_argument(
        "--tests", default="", help="arguments of `make test` to run there at the end"
    )
    asked = parser.parse_args()
    # a shell that runs this in the background lets its programs ignore Ctrl-C
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))
    folder = Path(tempfile.mkdtemp())
    start = FirstStart(folder, asked.python, asked.account)
    try:
        walk(start, break_off=asked.break_off, tests=asked.tests)
    finally:
        start.end()
        shutil.rmtree(folder)


def walk(start: FirstStart, *, break_off: bool, tests: str) -> None:
    """Break the first start off, or not; then start to the end."""
    for moment, sign in BROKEN_OFF.items() if break_off else ():
        start.begin()
        start.wait(lambda sign=sign: sign(start))
        start.press_ctrl_c()
        print(f"nothing left after Ctrl-C while {moment}", flush=True)  # noqa: T201
    begun = time.monotonic()
    start.begin()
    start.wait(start.is_served)
    print(f"served after {time.monotonic() - begun:.0f} s", flush=True)  # noqa: T201
    start.press_ctrl_c()
    if tests:
        subprocess.run(
            start.command("test", f"ARGS={tests}"),
            cwd=start.checkout,
            env=start.environment(),
            umask=0o077,
            check=True,
        )


if __name__ == "__main__":
    main()
