"""One thing after the other, each in a transaction of its own that neither waits nor takes long."""

from collections.abc import Callable, Iterable
from typing import Any

import structlog
from django.db import connection, transaction
from psycopg import errors as pg

log = structlog.get_logger(__name__)

LOCK_WAIT = "300ms"
LONGEST = "60s"


def each(subjects: Iterable[Any], act: Callable[[Any], Any]) -> int:
    """Do `act` to each subject and return how many it did something to, as what it returns says.

    What somebody else has locked is left for the next time. One that fails is logged and keeps no
    other from its turn; raises ExceptionGroup of all faults at the end.
    """
    done = 0
    faults = []
    for subject in subjects:
        try:
            done += bool(alone(act, subject))
        except Exception as fault:
            if is_locked(fault):
                log.info("left for the next time", subject=str(subject), reason="locked")
                continue
            log.exception("chore failed", subject=str(subject))
            faults.append(fault)
    if faults:
        raise ExceptionGroup(f"{len(faults)} of {done + len(faults)} failed", faults)
    return done


def is_locked(fault: BaseException | None) -> bool:
    """Whether a lock of somebody else is behind it, also behind a refusal that says so."""
    while fault is not None and not isinstance(fault, pg.LockNotAvailable):
        fault = fault.__cause__
    return fault is not None


def alone(act: Callable[..., Any], *given: Any, longest: str = LONGEST) -> Any:
    """Do it in a transaction that gives up on a lock after 0.3 s and on a statement after `longest`."""
    with transaction.atomic():
        limit(longest=longest)
        return act(*given)


def limit(*, longest: str = LONGEST, lock_wait: str = LOCK_WAIT) -> None:
    """Bound waits and statements of the transaction under way."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('lock_timeout', %s, true), set_config('statement_timeout', %s, true)",
            [lock_wait, longest],
        )
