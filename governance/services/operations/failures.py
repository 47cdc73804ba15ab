"""What an error of the database says: whether a row can be its cause, and what is kept of it."""

import re

import psycopg
from psycopg import errors as pg

from outreach_admin.db import limits

# connections, sessions and transactions that ended; deadlock and serialization
NOT_OF_ROWS = ("08", "25", "40", "57P")
# values, constraints, limits of the server's formats, rules of triggers
OF_VALUES = ("22", "23", "54", "P0")
LONGEST_REASON = 200
DISALLOWED = "disposition_allowed"
WORDS = {
    pg.QueryCanceled: "it took too long: the statement was cancelled",
    pg.DiskFull: "there was no room on the disk for it",
}
# what differs between rows of one cause: ids, quoted values at the end, numbers
VARYING = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|(?<=: )\".*\"|\d[\d.,:+-]*")


def is_of_rows(cause: BaseException | None) -> bool:
    """Whether fewer rows may go through: one row, a lock on it, or too much at once is the cause."""
    state = getattr(cause, "sqlstate", None)
    return bool(state) and not str(state).startswith(NOT_OF_ROWS)


def is_lock(cause: BaseException | None) -> bool:
    """Whether somebody else held a lock for longer than it was waited for."""
    return isinstance(cause, pg.LockNotAvailable)


def is_doubtful(cause: psycopg.Error) -> bool:
    """Whether the server or the code may be at fault as well as a row: what all rows meet is not theirs."""
    return not str(cause.sqlstate).startswith(OF_VALUES)


def is_timeout(cause: psycopg.Error) -> bool:
    """Whether the statement was stopped: another try with as many rows costs as much time again."""
    return isinstance(cause, pg.QueryCanceled)


def is_disallowed(cause: psycopg.Error) -> bool:
    """Whether the policy of an error table refused it, as it will every row of that table."""
    return cause.diag.constraint_name == DISALLOWED


def reason(cause: psycopg.Error) -> str:
    """Return why a row failed, in at most 200 characters, without the statement."""
    for kind, words in WORDS.items():
        if isinstance(cause, kind):
            return words
    said = (
        limits.explained(cause)
        or (cause.diag.message_primary or type(cause).__name__).split("\n")[0]
    )
    return said if len(said) <= LONGEST_REASON else f"{said[: LONGEST_REASON - 1]}…"


def kind_of(reason: str) -> str:
    """Return what failures of one cause have in common."""
    return VARYING.sub("…", reason)
