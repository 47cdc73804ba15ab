"""Reading the warehouse: every statement has an end, and what fails there is a refusal."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import (
    DEFAULT_DB_ALIAS,
    DatabaseError,
    InterfaceError,
    OperationalError,
    connections,
    transaction,
)
from django.db.backends.utils import CursorWrapper

from enrichment.exceptions import (
    WarehouseAway,
    WarehouseChanged,
    WarehouseForbids,
    WarehouseOdd,
    WarehouseRefused,
    WarehouseSlow,
)
from outreach_admin.watch.outages import outage

# what each state of PostgreSQL means, and what to do about it
TOO_LONG = {
    "57014": "longer than it may take",
    "55P03": "longer than it may wait for a lock",
}
FORBIDDEN = {"42501", "25006"}
GONE = {"42P01", "42703", "3F000"}
# a view that divides by zero, or reads a number where a word stands
ODD = "22"
LIMITS = "SELECT set_config('statement_timeout', %s, true), set_config('lock_timeout', %s, true)"
BEFORE = "SELECT current_setting('statement_timeout'), current_setting('lock_timeout')"


def is_apart() -> bool:
    """Whether the warehouse is a database of its own."""
    return settings.WAREHOUSE != DEFAULT_DB_ALIAS


@contextmanager
def reading(*, seconds: float) -> Iterator[CursorWrapper]:
    """Give a cursor on the warehouse whose statements end after so many seconds.

    One transaction, read only where the warehouse is a database of its own. Raises WarehouseSlow,
    WarehouseAway, WarehouseForbids, WarehouseChanged, WarehouseOdd.
    """
    using = settings.WAREHOUSE
    try:
        with transaction.atomic(using=using), connections[using].cursor() as cursor:
            if is_apart():
                cursor.execute("SET TRANSACTION READ ONLY")
            with limited(cursor, seconds=seconds):
                yield cursor
    except (DatabaseError, InterfaceError) as problem:
        refusal = refused(problem, seconds=seconds)
        if refusal is None:
            raise
        raise refusal from problem
    except UnicodeDecodeError as problem:
        # a database without an encoding hands out whatever bytes it was given
        raise _odd("a text in it is not UTF-8") from problem


@contextmanager
def limited(cursor: CursorWrapper, *, seconds: float) -> Iterator[None]:
    """Bound the statements of a block; those after it have the bounds that they had."""
    cursor.execute(BEFORE)
    before = cursor.fetchone()
    milliseconds = str(max(1, round(seconds * 1000)))
    cursor.execute(LIMITS, [milliseconds, milliseconds])
    yield
    cursor.execute(LIMITS, before)


def refused(problem: BaseException, *, seconds: float) -> WarehouseRefused | None:
    """Say what a failure in the warehouse means; None for a fault of the statement."""
    state = getattr(problem.__cause__, "sqlstate", None) or ""
    if state in TOO_LONG:
        return WarehouseSlow(
            f"The warehouse takes {TOO_LONG[state]} ({seconds:g} s).",
            what_to_do="Try again later, or ask for less at once.",
        )
    if state in FORBIDDEN:
        return WarehouseForbids(
            f"The warehouse does not allow this: {said(problem)}.",
            what_to_do="Ask the platform team to give the console's account the right.",
        )
    if state in GONE:
        return WarehouseChanged(
            f"The warehouse is no longer as it was looked up: {said(problem)}.",
            what_to_do="Try again.",
        )
    return _odd(said(problem)) if state.startswith(ODD) else away(problem)


def _odd(why: str) -> WarehouseOdd:
    return WarehouseOdd(
        f"A row of the warehouse cannot be read: {why}.",
        what_to_do="Ask the platform team to mend the row, or the view that it comes through.",
    )


def away(problem: BaseException) -> WarehouseAway | None:
    """Say that the warehouse does not answer, where that is it."""
    if not isinstance(problem, OperationalError | InterfaceError) or not outage(problem):
        return None
    return WarehouseAway(
        "The warehouse does not answer.",
        what_to_do="Try again in a minute; what the console itself holds is not touched.",
    )


def said(problem: BaseException) -> str:
    """Return the server's own first line, short."""
    lines = str(problem).splitlines() or [""]
    return lines[0][:200]
