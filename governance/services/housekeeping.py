"""Housekeeping: what nobody asks for and cannot wait for a schedule; what can is a job."""

from collections.abc import Callable
from typing import Any

import structlog
from django.db import connection

from governance.services import chores, counters, groups
from governance.services.approvals import counts, requests
from governance.services.canon import agreements
from governance.services.files import exports
from governance.services.operations import steering
from governance.services.playbooks import reports, runs

log = structlog.get_logger(__name__)

# the advisory lock of whoever keeps house
HOUSE = 5_318_013
LONGEST_PROBLEM = 200
CHORES: dict[str, Callable[[], Any]] = {
    "ending requests for approval": requests.expire_stale,
    "ending requests that are void": agreements.end_void,
    "counting votes": counts.recount_open,
    "ending plans": steering.expire_waiting,
    "ending runs": runs.expire_waiting,
    "writing reports": reports.ensure_all,
    "folding counters": lambda: chores.alone(counters.fold),
    "taking up files": exports.take_up,
    # the one that takes seconds: nothing waits behind it
    "counting groups ahead": groups.count_effects,
}


def register(name: str, chore: Callable[[], Any]) -> None:
    """Add a chore of another app, after those that are there."""
    CHORES[name] = chore


def keep() -> list[str] | None:
    """Do every chore by itself and return a sentence for each that failed; None while somebody else keeps house."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [HOUSE])
        (mine,) = cursor.fetchone()
    if not mine:
        log.info("house is kept by another worker")
        return None
    try:
        return [problem for name, chore in CHORES.items() if (problem := _tried(name, chore))]
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [HOUSE])


def _tried(name: str, chore: Callable[[], Any]) -> str:
    try:
        chore()
    except Exception as fault:
        log.exception("housekeeping failed", chore=name)
        first = fault.exceptions[0] if isinstance(fault, ExceptionGroup) else fault
        return f"{name} fails: {type(first).__name__}"[:LONGEST_PROBLEM]
    return ""
