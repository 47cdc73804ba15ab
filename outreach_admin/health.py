"""Health: what the console needs to work, part by part."""

import redis
import structlog
from django.db import DatabaseError, InterfaceError, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from outreach_admin.watch import databases, disks, pulses
from outreach_admin.watch.outages import Outage, outage

log = structlog.get_logger("outreach.health")
UNKNOWN = "unknown while {} does not answer"
# what slows or threatens the work without stopping it: stated, and answered with 200
STRAINS = frozenset({"slots", "transactions"})
SAID = {
    Outage.GONE: "PostgreSQL does not answer",
    Outage.BUSY: "busy: PostgreSQL takes no more connections",
    Outage.NO_ROOM: "no room: PostgreSQL cannot write",
}


# what each part means for the people who work here; the database is not among them: without it there is no page
MEANS = {
    "redis": "Workers look into the database by themselves: operations start some seconds later",
    "worker": "Operations and files wait until one is back",
    "schedule": "Tell the platform team; operations under way go on",
    "take-up": "Look at the operations that run without progress, and tell the platform team",
    "slots": "What is started now waits for one that gets free",
    "room": "Reading works; what needs to be written is refused",
    "transactions": "Ask its owner to end it, or the platform team",
}


def database_parts() -> dict[str, str]:
    """Say what is wrong with PostgreSQL, its migrations and its transactions."""
    try:
        with databases.looking() as cursor:
            with cursor.db.wrap_database_errors, cursor.connection.transaction():
                migrations = databases.migrations_problem(cursor)
            return {
                "database": "",
                "migrations": migrations,
                "transactions": databases.old_transaction(cursor),
            }
    except (DatabaseError, InterfaceError) as problem:
        log.warning("database unreachable", reason=str(problem))
        said = SAID[outage(problem) or Outage.GONE]
        unknown = UNKNOWN.format("PostgreSQL")
        return {"database": said, "migrations": unknown, "transactions": unknown}


def redis_parts() -> dict[str, str]:
    """Say what is wrong with Redis, and what the other parts told through it."""
    try:
        with pulses.redis_client() as client:
            client.ping()
            room = disks.room_problem()
            if not room and pulses.disk_was_full(client):
                room = "no room: something could not be written a moment ago"
            return {
                "redis": "",
                "worker": pulses.worker_problem(client),
                "schedule": pulses.schedule_problem(client),
                "take-up": pulses.take_up_problem(client),
                "slots": pulses.slots_problem(client),
                "room": room,
            }
    except redis.RedisError as problem:
        log.warning("redis unreachable", reason=str(problem))
        unknown = dict.fromkeys(("worker", "schedule", "take-up", "slots"), UNKNOWN.format("Redis"))
        return {"redis": "Redis does not answer", **unknown, "room": disks.room_problem()}


def problems() -> dict[str, str]:
    """Return what is wrong with each part, empty where nothing is; what an absent server would tell is not asked for."""
    return database_parts() | {"connections": databases.pool_problem()} | redis_parts()


def troubles() -> list[tuple[str, str]]:
    """Return what the people at work must know of the console: what is wrong, and what it means for them."""
    with connection.cursor() as cursor:
        found = redis_parts() | {"transactions": databases.old_transaction(cursor)}
    if found["redis"]:
        found = {name: found[name] for name in ("redis", "room", "transactions")}
    return [(problem, MEANS[name]) for name, problem in found.items() if problem]


@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """Answer 200 when every part works, 503 with the parts that do not; 200 and "strained" for what only slows the work."""
    found = problems()
    broken = {name for name, problem in found.items() if problem}
    stopped = broken - STRAINS
    status = "unavailable" if stopped else "strained" if broken else "ok"
    parts = {name: problem or "ok" for name, problem in found.items()}
    return JsonResponse({"status": status, "parts": parts}, status=503 if stopped else 200)
