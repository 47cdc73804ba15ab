"""Django's PostgreSQL with sessions of our own settings and a pool that finds the database again at once."""

import threading
import time
from typing import Any

import psycopg
from django.db.backends.postgresql import base
from psycopg_pool import ConnectionPool

from outreach_admin.db import sessions
from outreach_admin.db.tolerant import base as tolerant


class SoundPool(ConnectionPool[psycopg.Connection[Any]]):
    """Give only connections that answer.

    The package's own check waits a second, then two, after each that does not; once all were cut, a
    request would give up before it has met them all. Its count of waiting requests keeps those that
    gave up until a connection is next given back; `waiting` knows who waits now.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        self._guard = threading.Lock()
        self.waiting = 0
        super().__init__(*args, **options)

    def getconn(self, timeout: float | None = None) -> psycopg.Connection[Any]:
        """Take a connection, passing over those that were cut; `timeout` holds for all of it."""
        deadline = time.monotonic() + (self.timeout if timeout is None else timeout)
        while True:
            found = self._next(deadline - time.monotonic())
            try:
                self.check_connection(found)
            except psycopg.OperationalError:
                # the pool closes it and opens another meanwhile
                self.putconn(found)
            else:
                return found

    def crowding(self) -> str:
        """Say that requests wait while every connection is in use; empty while none does."""
        waiting = self.waiting
        if not waiting or self.get_stats().get("pool_available"):
            return ""
        return f"busy: {waiting} waiting for one of {self.max_size} connections"

    def _next(self, timeout: float) -> psycopg.Connection[Any]:
        self._count(1)
        try:
            return super().getconn(timeout)
        finally:
            self._count(-1)

    def _count(self, step: int) -> None:
        with self._guard:
            self.waiting += step


class DatabaseWrapper(tolerant.DatabaseWrapper):
    """Django's own but for its pool, its sessions, and how values are read."""

    @property
    def pool(self) -> SoundPool | None:
        """Return the pool of this process, made at first use; None where none is configured."""
        options = self.settings_dict["OPTIONS"].get("pool")
        if self.alias == base.NO_DB_ALIAS or not options:
            return None
        if self.alias not in self._connection_pools:
            made = SoundPool(
                kwargs=self.get_connection_params() | {"autocommit": True},
                open=False,
                configure=self._configure_connection,
                **options,
            )
            # of two threads that come first at once, one wins
            self._connection_pools.setdefault(self.alias, made)
        return self._connection_pools[self.alias]

    def _configure_connection(self, connection: psycopg.Connection[Any]) -> bool:
        was_set = sessions.finish(connection)
        return super()._configure_connection(connection) or was_set
