"""Statements about the ledger that commit by themselves, whatever transaction the caller is in, also where an event loop runs.

A call that was made stays made when the caller's transaction is rolled back, and no lock of a tool
waits for the end of it. A few connections a process, opened when they are needed.
"""

import atexit
import os
import threading
import time
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg
import structlog
from psycopg.pq import TransactionStatus

from governance.queries.canon.current import AWAY, Unknown, connected

log = structlog.get_logger(__name__)

MOST = 8
# seconds that a statement waits for one of them, and that one may rest before it is looked at
PATIENCE = 10.0
RESTS = 1.0
LIMITS = "-c statement_timeout=10s -c lock_timeout=10s"
Connection = psycopg.Connection[Any]


class Pool:
    """What one process holds; threads share it."""

    def __init__(self) -> None:
        self.free = threading.Semaphore(MOST)
        self.idle: deque[tuple[float, Connection]] = deque()

    @contextmanager
    def lent(self) -> Iterator[Connection]:
        """Lend a connection. Raises Unknown where none comes free."""
        if not self.free.acquire(timeout=PATIENCE):
            raise Unknown(AWAY)
        try:
            one = self._ready()
            try:
                yield one
            finally:
                self._take_back(one)
        finally:
            self.free.release()

    def _ready(self) -> Connection:
        """Take the one used last, where it still answers; else connect."""
        while self.idle:
            try:
                since, one = self.idle.pop()
            except IndexError:
                break
            if time.monotonic() - since < RESTS or _answers(one):
                return one
            one.close()
        return connected(LIMITS)

    def _take_back(self, one: Connection) -> None:
        """Keep it, unless it was lost, or left while it was at work."""
        if one.closed or one.info.transaction_status != TransactionStatus.IDLE:
            one.close()
        else:
            self.idle.append((time.monotonic(), one))

    def close(self) -> None:
        while self.idle:
            self.idle.pop()[1].close()


def _answers(one: Connection) -> bool:
    try:
        one.execute("SELECT 1")
    except psycopg.Error:
        return False
    return True


POOL = Pool()
# kept, so that no child closes a connection that is its parent's
INHERITED: list[Pool] = []


def ask(statement: str, given: Sequence[Any]) -> Any:
    """Run a statement and return its first row; it is committed then. Raises Unknown where the database is away."""
    try:
        with POOL.lent() as one:
            return one.execute(statement, given).fetchone()
    except psycopg.OperationalError as fault:
        log.warning("ledger not reached", fault=type(fault).__name__)
        raise Unknown(AWAY) from fault


def forget() -> None:
    """Close what rests: the database is another one now."""
    POOL.close()


def begin_anew() -> None:
    """Leave what a parent process holds to it."""
    global POOL
    INHERITED.append(POOL)
    POOL = Pool()


os.register_at_fork(after_in_child=begin_anew)
atexit.register(lambda: POOL.close())
