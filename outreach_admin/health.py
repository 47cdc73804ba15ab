"""Health: what the console needs to work, part by part."""

from collections.abc import Iterable
from contextlib import nullcontext
from typing import Any

import redis
import structlog
from django.db import DatabaseError, InterfaceError, connection
from django.db.backends.utils import CursorWrapper
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from outreach_admin.watch import checks, databases, pulses
from outreach_admin.watch.checks import Check, Server
from outreach_admin.watch.outages import Outage, outage

log = structlog.get_logger("outreach.health")
DATABASE, REDIS = "database", "redis"
UNKNOWN = "unknown while {} does not answer"
REDIS_MEANS = "Workers look into the database by themselves: operations start some seconds later"
REDIS_AWAY = (redis.ConnectionError, redis.TimeoutError)
SAID = {
    Outage.GONE: "PostgreSQL does not answer",
    Outage.BUSY: "busy: PostgreSQL takes no more connections",
    Outage.NO_ROOM: "no room: PostgreSQL cannot write",
    Outage.LOCKED: "locked: another session holds what is asked for",
    Outage.CROSSED: "busy: another session changes the same rows",
}


def problems() -> dict[str, str]:
    """Return what is wrong with each part, empty where nothing is."""
    asked = checks.registered()
    found = database_parts(asked) | local_parts(asked) | redis_parts(asked)
    unasked = [check for check in asked if check.name not in found]
    return found | {check.name: UNKNOWN.format(check.asks) for check in unasked}


def troubles() -> list[tuple[str, str]]:
    """Return what the people at work must know of the console: what is wrong, and what it means for them."""
    asked = [check for check in checks.registered() if check.means]
    with connection.cursor() as cursor:
        found = redis_parts(asked) | local_parts(asked) | parts_of(cursor, asked)
    means = {check.name: check.means for check in asked} | {REDIS: REDIS_MEANS}
    return [(problem, means[name]) for name, problem in found.items() if problem]


def database_parts(asked: Iterable[Check]) -> dict[str, str]:
    """Look at PostgreSQL on a connection of its own; tells nothing more while it does not answer."""
    try:
        with databases.looking() as cursor:
            return {DATABASE: ""} | parts_of(cursor, asked)
    except (DatabaseError, InterfaceError) as problem:
        log.warning("database unreachable", reason=str(problem))
        return {DATABASE: SAID[outage(problem) or Outage.GONE]}


def parts_of(cursor: CursorWrapper, asked: Iterable[Check]) -> dict[str, str]:
    """Make the checks that ask PostgreSQL."""
    return {check.name: said(check, cursor) for check in asked if check.asks is Server.POSTGRESQL}


def redis_parts(asked: Iterable[Check]) -> dict[str, str]:
    """Look at Redis and what the other parts told through it; nothing more while it does not answer."""
    try:
        with pulses.redis_client() as client:
            client.ping()
            mine = [check for check in asked if check.asks is Server.REDIS]
            return {REDIS: ""} | {check.name: said(check, client) for check in mine}
    except redis.RedisError as problem:
        log.warning("redis unreachable", reason=str(problem))
        return {REDIS: "Redis does not answer"}


def local_parts(asked: Iterable[Check]) -> dict[str, str]:
    """Make the checks that ask no server."""
    return {check.name: said(check) for check in asked if check.asks is None}


def said(check: Check, *server: Any) -> str:
    """Return what a check says; one that fails says so, unless its server went away meanwhile."""
    of_postgresql = check.asks is Server.POSTGRESQL
    try:
        with databases.in_transaction(*server) if of_postgresql else nullcontext():
            return check.look(*server)
    except Exception as fault:
        is_locked = of_postgresql and outage(fault) is Outage.LOCKED
        if is_locked and (lock := databases.held_table(*server)):
            log.warning("check waits for a lock", part=check.name, reason=lock)
            return lock
        if server and (outage(fault) or isinstance(fault, REDIS_AWAY)):
            raise
        log.exception("check failed", part=check.name)
        return f"the check of {check.name} fails: {type(fault).__name__}"


@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """Answer 200 when every part works, 503 with the parts that do not; 200 and "strained" for what only slows the work."""
    found = problems()
    broken = {name for name, problem in found.items() if problem}
    stopped = broken - {check.name for check in checks.registered() if check.strains}
    status = "unavailable" if stopped else "strained" if broken else "ok"
    parts = {name: problem or "ok" for name, problem in found.items()}
    return JsonResponse({"status": status, "parts": parts}, status=503 if stopped else 200)
