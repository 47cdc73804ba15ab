"""Sessions that change the same companies in any order, in one transaction each."""

import random
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg

from tests.servers import RUNNING, SERVERS

# how long PostgreSQL waits before it looks for a deadlock: a second elsewhere
SOON = "SET deadlock_timeout = '20ms'"
Step = tuple[str, tuple[Any, ...]]
Work = Callable[[psycopg.Connection], None]


@contextmanager
def writer() -> Iterator[psycopg.Connection]:
    """Open a session of the console's role that finds its deadlocks soon, which only a superuser may ask for."""
    with SERVERS.superuser(SERVERS.database) as connection:
        connection.execute(SOON)
        connection.execute(f"SET SESSION AUTHORIZATION {RUNNING}")
        connection.autocommit = False
        yield connection


def shuffled(steps: Sequence[Step], seed: int) -> list[Step]:
    return random.Random(seed).sample(steps, len(steps))


def one_transaction(steps: Sequence[Step]) -> Work:
    """Write all the steps, and commit at the end."""

    def work(connection: psycopg.Connection) -> None:
        for statement, given in steps:
            connection.execute(statement, given)
        connection.commit()

    return work


def each_by_itself(steps: Sequence[Step]) -> Work:
    """Commit after each step."""

    def work(connection: psycopg.Connection) -> None:
        for step in steps:
            one_transaction([step])(connection)

    return work


class Session(threading.Thread):
    """Work of a session that goes on beside the test; `refused` is what the database said against it."""

    def __init__(self, work: Work, connection: psycopg.Connection) -> None:
        super().__init__()
        self.work, self.connection = work, connection
        self.refused: str | None = None
        self.start()

    def run(self) -> None:
        try:
            self.work(self.connection)
        except psycopg.Error as refusal:
            self.refused = str(refusal)
            self.connection.rollback()


def at_once(*works: Work, meanwhile: Callable[[], object] = lambda: None) -> list[str]:
    """Let each work in a session of its own beside the others; return what was refused."""
    connections = [writer() for _ in works]
    sessions = [
        Session(work, connection.__enter__())
        for work, connection in zip(works, connections, strict=True)
    ]
    meanwhile()
    for session, connection in zip(sessions, connections, strict=True):
        session.join()
        connection.__exit__(None, None, None)
    return [session.refused for session in sessions if session.refused]
