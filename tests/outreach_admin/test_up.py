"""The whole console under its supervisor, on servers of its own: started, hurt, stopped."""

import fcntl
import os
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser import wait_for
from tests.servers import ROOT

pytestmark = pytest.mark.local_servers

START_SECONDS = 60
CHOSEN_BY_THE_RUN = (
    "DATABASE_URL",
    "DATABASE_OWNER_URL",
    "REDIS_URL",
    "SECRET_KEY",
    "ALLOWED_HOSTS",
    "HTTPS",
    "DJANGO_SETTINGS_MODULE",
)


class Console:
    """A data folder, a port, and every program that was started for them."""

    def __init__(self, folder: Path) -> None:
        self.mark = f"OUTREACH_TEST_MARK={uuid.uuid4().hex}"
        name, value = self.mark.split("=")
        with socket.socket() as door:
            door.bind(("127.0.0.1", 0))
            self.port = door.getsockname()[1]
        ours = {
            "OUTREACH_DATA_DIR": str(folder),
            "PORT": str(self.port),
            "OUTREACH_SHARED_BUFFERS": "32MB",
            name: value,
        }
        self.environment = {
            key: text for key, text in os.environ.items() if key not in CHOSEN_BY_THE_RUN
        } | ours
        self.folder = folder
        self.log = folder / "up.log"
        self.up: subprocess.Popen[bytes] | None = None

    def manage(self, *arguments: str) -> str:
        return subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=self.environment,
            check=True,
            capture_output=True,
            text=True,
        ).stdout

    def start(self) -> None:
        with self.log.open("ab") as lines:
            self.up = subprocess.Popen(
                [sys.executable, "manage.py", "up"],
                cwd=ROOT,
                env=self.environment,
                stdout=lines,
                stderr=lines,
            )
        wait_for(lambda: self.health() == 200 or self.up.poll() is not None, seconds=START_SECONDS)
        assert self.up.poll() is None, self.log.read_text()[-3000:]

    def is_up(self) -> bool:
        return self.up is not None and self.up.poll() is None

    def try_to_start(self) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "manage.py", "up"],
            cwd=ROOT,
            env=self.environment,
            check=False,
            capture_output=True,
            text=True,
            timeout=60,
        )

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        self.up.send_signal(number)
        return self.up.wait(40)

    def health(self) -> int:
        try:
            with urllib.request.urlopen(
                f"http://127.0.0.1:{self.port}/healthz/", timeout=5
            ) as answer:
                return answer.status
        except urllib.error.HTTPError as answer:
            answer.close()
            return answer.code
        except OSError:
            return 0

    def programs(self) -> dict[int, str]:
        """Find what runs with this console's mark in its environment, wherever it stands in the tree of processes."""
        found = {}
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                if self.mark.encode() in (folder / "environ").read_bytes():
                    found[int(folder.name)] = (
                        (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
                    )
            except OSError:
                # it ended while it was looked at, or belongs to somebody else
                continue
        return {pid: command for pid, command in found.items() if command}

    def child(self, word: str) -> int | None:
        """Find the program with that word in its command that the supervisor itself has started."""
        for pid, command in self.programs().items():
            parent = (Path("/proc") / str(pid) / "stat").read_text().rpartition(")")[2].split()[1]
            if word in command and int(parent) == self.up.pid:
                return pid
        return None


@pytest.fixture(scope="module")
def migrated(tmp_path_factory) -> Iterator[Console]:
    """A console whose servers have been started once, and stopped; nothing of it is left at the end."""
    made = Console(tmp_path_factory.mktemp("console"))
    made.manage("migrate", "--verbosity=0")
    yield made
    if made.is_up():
        made.stop(signal.SIGKILL)
    for pid in made.programs():
        os.kill(pid, signal.SIGKILL)


@pytest.fixture
def console(migrated) -> Console:
    """The console while it does not run."""
    if migrated.is_up():
        migrated.stop()
    return migrated


@pytest.fixture
def running(migrated) -> Console:
    """The console while it runs, as the test before has left it where it did."""
    if not migrated.is_up():
        migrated.start()
    return migrated


def test_the_console_survives_the_loss_of_a_part(running):
    worker = running.child(" worker ")
    os.kill(worker, signal.SIGKILL)

    wait_for(lambda: running.child(" worker ") not in (None, worker), seconds=20)

    assert "worker ended (-9), starts again in 1 s" in running.log.read_text()
    assert running.is_up()


def test_local_servers_that_are_killed_come_back_with_what_they_held(running):
    for file in ("postgres/postmaster.pid", "redis/redis.pid"):
        os.kill(int((running.folder / file).read_text().split()[0]), signal.SIGKILL)

    wait_for(lambda: "had ended, started again" in running.log.read_text(), seconds=60)
    wait_for(lambda: running.health() == 200, seconds=90)

    assert running.is_up()


def test_a_killed_supervisor_takes_its_programs_along_and_is_no_obstacle(running):
    running.stop(signal.SIGKILL)

    wait_for(
        lambda: (
            not any(
                "gunicorn" in command or "celery" in command
                for command in running.programs().values()
            )
        ),
        seconds=30,
    )
    running.start()
    assert running.health() == 200


@pytest.mark.soak
def test_a_second_start_finds_what_the_first_has_left(running):
    running.manage(
        "shell",
        "--verbosity=0",
        "--command=from django.contrib.auth.models import User; User.objects.create_user('kept')",
    )
    assert running.stop(signal.SIGINT) == 0

    running.start()

    assert "kept" in running.manage(
        "shell",
        "--verbosity=0",
        "--command=from django.contrib.auth.models import User; print(User.objects.get().username)",
    )


def test_a_console_that_is_told_to_stop_leaves_nothing_behind(running):
    assert len(running.programs()) > 3

    status = running.stop()

    assert status == 0
    assert running.programs() == {}


@pytest.mark.soak
def test_a_schedule_that_is_stopped_is_ended_and_started_again(running):
    beat = running.child(" beat")
    os.kill(beat, signal.SIGSTOP)

    wait_for(lambda: running.child(" beat") not in (None, beat), seconds=120)

    assert "beat gave no sign for 60 s" in running.log.read_text()
    assert running.health() == 200
    assert running.stop() == 0
    assert running.programs() == {}


def test_one_console_a_data_folder(console):
    with (console.folder / "up.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)

        second = console.try_to_start()

    assert second.returncode == 1
    assert "is already served: stop it first" in second.stderr


def test_a_port_in_use_is_named_with_what_to_do(console):
    with socket.socket() as door:
        # connections of a console that has ended may still be on their way out
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        door.bind(("127.0.0.1", console.port))
        door.listen()

        refused = console.try_to_start()

    assert refused.returncode == 1
    assert f"Port {console.port} of 127.0.0.1 is held by " in refused.stderr
    assert (
        f" (process {os.getpid()}): stop that, or set PORT to another: `make run PORT="
        in refused.stderr
    )
