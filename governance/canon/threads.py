"""What is written beside the caller's own work: it stands whatever becomes of his transaction."""

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import copy_context
from typing import TypeVar

from django.db import connection, transaction

from governance.queries.canon.current import AWAY, Unknown

R = TypeVar("R")
# connections that a process opens for this at once; who comes later waits
MOST = 4
# seconds that a place, and milliseconds that a row of somebody else is waited for: its holder may be who waits here
PATIENCE = 10.0
LOCKED_FOR = 3_000


class Places:
    """How many of them there are in this process."""

    free = threading.BoundedSemaphore(MOST)


def apart(work: Callable[[], R]) -> R:
    """Do what writes by Django's connection in a transaction of its own, on a thread of its own.

    An event loop may run here. Raises what `work` does, and Unknown where too many others are at it.
    """
    done: list[R] = []
    faults: list[BaseException] = []

    def run() -> None:
        try:
            with transaction.atomic():
                _be_impatient()
                done.append(work())
        except BaseException as fault:  # noqa: BLE001 - it is raised again where it is waited for
            faults.append(fault)
        finally:
            connection.close()

    with _place():
        thread = threading.Thread(target=copy_context().run, args=[run])
        thread.start()
        thread.join()
    if faults:
        raise faults[0]
    return done[0]


@contextmanager
def _place() -> Iterator[None]:
    free = Places.free
    if not free.acquire(timeout=PATIENCE):
        raise Unknown(AWAY)
    try:
        yield
    finally:
        free.release()


def _be_impatient() -> None:
    """Wait for no row without end: the database does not see that its holder waits for this thread."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", [f"{LOCKED_FOR}ms"])


def begin_anew() -> None:
    """Leave the places of a parent process to it."""
    Places.free = threading.BoundedSemaphore(MOST)


os.register_at_fork(after_in_child=begin_anew)
