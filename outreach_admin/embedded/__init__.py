"""Local PostgreSQL and Redis for a machine where no address of either is configured.

Both live in one data folder, listen on a Unix socket only, start with their first user and stop with the last.
A user is a process that holds an `EmbeddedServers.acquire()`; the kernel forgets it when it dies, however it dies.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from outreach_admin.embedded import folders, interrupts, leases
from outreach_admin.embedded.accounts import service_account
from outreach_admin.embedded.postgres import PostgresServer
from outreach_admin.embedded.redis import RedisServer


class EmbeddedServers:
    """The pair of servers of one data folder.

    `durable=False` trades safety at power loss for speed (tests); `which` limits the pair to one of the two.
    """

    def __init__(
        self,
        data_folder: Path,
        *,
        which: tuple[str, ...] = ("postgres", "redis"),
        durable: bool = True,
    ) -> None:
        self.data_folder = folders.absolute(data_folder)
        self.account = service_account()
        self.socket_folder = folders.socket_folder(self.data_folder)
        self.lease = leases.Lease(self.data_folder)
        self.secrets = folders.Secrets(self.data_folder / "secrets.json")
        self.postgres = PostgresServer(
            self.data_folder, self.socket_folder, self.account, self.secrets, durable=durable
        )
        self.redis = RedisServer(
            self.data_folder, self.socket_folder, self.account, durable=durable
        )
        self.servers = [server for server in (self.postgres, self.redis) if server.name in which]

    def acquire(self) -> None:
        """Become a user of the servers, starting those that do not run. Harmless when repeated."""
        folders.make(self.data_folder, entered_by=self.account)
        with self.lease.starting(), interrupts.put_off():
            self.lease.hold()
            self.start()

    def start(self) -> None:
        folders.claim(self.socket_folder, owner=self.account)
        for server in self.servers:
            if not server.is_running():
                server.start()

    def gone(self) -> list[str]:
        return [server.name for server in self.servers if not server.is_running()]

    def start_again(self) -> None:
        """Start what has ended under its users."""
        with self.lease.starting():
            self.start()

    def release(self) -> None:
        """Stop being a user; the last one stops the servers."""
        if not self.lease.held:
            return
        with interrupts.put_off(), self.lease.starting():
            if self.lease.drop():
                self.stop()

    def stop(self) -> None:
        for server in reversed(self.servers):
            server.stop()
        folders.discard(self.socket_folder)

    @contextmanager
    def in_use(self) -> Iterator["EmbeddedServers"]:
        """Hold the servers for the length of a block."""
        try:
            self.acquire()
            yield self
        finally:
            self.release()
