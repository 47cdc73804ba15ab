"""A Redis server that is killed and begins anew, empty; and a second way to it, which can be cut off."""

import contextlib
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis

from outreach_admin.embedded.redis import find_server
from tests.browser import wait_for


class MortalRedis:
    """One server of a test's own, on a socket in its folder."""

    def __init__(self, folder: Path, program: Path) -> None:
        self.program = program
        self.folder = folder
        self.socket = folder / "redis.sock"
        self.other = folder / "other.sock"
        self.begin()
        self.reconnect()

    @classmethod
    @contextlib.contextmanager
    def in_folder(cls, folder: Path) -> Iterator["MortalRedis"]:
        """Let one live for the length of a block."""
        program = find_server()
        if program is None:
            pytest.fail("No Redis found: run `make setup`.")
        server = cls(folder, program)
        try:
            yield server
        finally:
            server.kill()

    @property
    def url(self) -> str:
        return f"unix://{self.socket}?db=0"

    @property
    def other_url(self) -> str:
        """Lead to the same server by a way of its own."""
        return f"unix://{self.other}?db=0"

    def begin(self) -> None:
        """Start it and wait until it answers."""
        told = {"port": 0, "unixsocket": self.socket, "dir": self.folder, "loglevel": "warning"}
        named = [word for name, value in told.items() for word in (f"--{name}", str(value))]
        self.process = subprocess.Popen(
            [self.program, *named, "--save", "", "--appendonly", "no"],
            stdout=subprocess.DEVNULL,
        )
        wait_for(self.ping, seconds=30)

    def ping(self) -> bool:
        with redis.Redis(unix_socket_path=str(self.socket)) as client:
            try:
                return bool(client.ping())
            except redis.RedisError:
                return False

    def kill(self) -> None:
        """End it without a word."""
        self.process.kill()
        self.process.wait(20)

    def kill_and_begin_anew(self) -> None:
        """Kill it; it comes back empty, and the other way does not lead there any more."""
        self.other.unlink()
        self.kill()
        self.begin()

    def reconnect(self) -> None:
        """Let the other way lead there again."""
        self.other.symlink_to(self.socket)
