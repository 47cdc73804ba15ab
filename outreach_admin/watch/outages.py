"""What an exception says of the servers below: gone, busy, or without room."""

import errno
import re
from collections.abc import Iterator
from enum import StrEnum

import psycopg
from django.db import DatabaseError, InterfaceError, OperationalError
from psycopg_pool import PoolTimeout

from outreach_admin.db.connections import apart

# connection exceptions, shutdown of the server
GONE = ("08", "57P")
DISK_FULL = "53100"
LOCK_NOT_AVAILABLE = "55P03"
# a deadlock that was broken, rows that somebody else changed meanwhile
CROSSED = ("40P01", "40001")
# too little memory, too many connections, another limit of the server
BUSY = "53"
# who is refused at the door gets no state, only the server's words
FULL = re.compile("too many (clients|connections)|remaining connection slots")
NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class Outage(StrEnum):
    """Why nothing can be done now, in the words of the page."""

    GONE = "The console cannot reach its database."
    BUSY = "The console is busy: every connection to its database is in use."
    NO_ROOM = "There is no room left on the disk."
    LOCKED = "Another session holds a lock that this page needs."
    CROSSED = "Another session changes the same rows at this moment."


def outage(problem: BaseException | None) -> Outage | None:
    """Say which outage an exception means; None for a fault of a statement or of the code."""
    for reason in _reasons(problem):
        if isinstance(reason, PoolTimeout):
            return _behind_the_pool()
        state = getattr(reason, "sqlstate", None)
        if state is not None:
            return _by_state(state)
        if isinstance(reason, OSError) and reason.errno in NO_ROOM:
            return Outage.NO_ROOM
    unreachable = (InterfaceError, OperationalError, psycopg.OperationalError)
    if not isinstance(problem, unreachable):
        return None
    return Outage.BUSY if FULL.search(str(problem)) else Outage.GONE


def _reasons(problem: BaseException | None) -> Iterator[BaseException]:
    while problem is not None:
        yield problem
        problem = problem.__cause__


def _by_state(state: str) -> Outage | None:
    if state == DISK_FULL:
        return Outage.NO_ROOM
    if state == LOCK_NOT_AVAILABLE:
        return Outage.LOCKED
    if state in CROSSED:
        return Outage.CROSSED
    if state.startswith(BUSY):
        return Outage.BUSY
    return Outage.GONE if state.startswith(GONE) else None


def _behind_the_pool() -> Outage | None:
    """Try a connection of one's own: when it is taken, it was the pool that had none left."""
    own = apart()
    try:
        with own.cursor() as cursor:
            cursor.execute("SELECT 1")
    except (DatabaseError, InterfaceError) as problem:
        return outage(problem)
    finally:
        own.close()
    return Outage.BUSY
