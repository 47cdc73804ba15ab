"""Health: what the console needs to work, part by part."""

from functools import cache

import redis
import structlog
from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from redis.backoff import NoBackoff
from redis.retry import Retry

from outreach_admin.db import upkeep, versions
from outreach_admin.db.objects import SqlObject

log = structlog.get_logger("outreach.health")
HEARTBEAT_KEY = "outreach:worker:heartbeat"
HEARTBEAT_SECONDS = 10
UNSEEN_SECONDS = 60
ONCE = Retry(NoBackoff(), 0)
MOST_NAMED = 5
UNKNOWN = "unknown while {} does not answer"


def redis_client() -> redis.Redis:
    """Return a client that gives up within a second."""
    return redis.Redis.from_url(
        settings.REDIS_URL, socket_timeout=1, socket_connect_timeout=1, retry=ONCE
    )


def record_heartbeat(worker: str) -> None:
    """Note, by the clock of Redis, that a worker is alive."""
    with redis_client() as client:
        now, _ = client.time()
        client.zadd(HEARTBEAT_KEY, {worker: now})
        client.zremrangebyscore(HEARTBEAT_KEY, "-inf", now - UNSEEN_SECONDS)
        client.expire(HEARTBEAT_KEY, UNSEEN_SECONDS)


def forget_heartbeat(worker: str) -> None:
    """Note that a worker has ended."""
    with redis_client() as client:
        client.zrem(HEARTBEAT_KEY, worker)


def database_problem() -> str:
    """Say why the database cannot be used; empty when it can."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except (DatabaseError, InterfaceError) as problem:
        log.warning("database unreachable", reason=str(problem))
        return "PostgreSQL does not answer"
    return ""


def migrations_problem() -> str:
    """Say which apps lack a migration, or which SQL objects are not this version's; empty when all is."""
    try:
        applied = set(MigrationRecorder(connection).applied_migrations())
        if foreign := versions.foreign(applied):
            return versions.sentence(foreign)
        missing = sorted({app for app, name in latest_migrations() if (app, name) not in applied})
        missing = missing or upkeep.differing(declared_objects())
    except (DatabaseError, InterfaceError):
        return UNKNOWN.format("PostgreSQL")
    more = ", .." if len(missing) > MOST_NAMED else ""
    return f"run `manage.py migrate`: {', '.join(missing[:MOST_NAMED])}{more}" if missing else ""


@cache
def latest_migrations() -> tuple[tuple[str, str], ...]:
    """Return the last migration of every app, as the code has them."""
    return tuple(MigrationLoader(None, ignore_no_migrations=True).graph.leaf_nodes())


@cache
def declared_objects() -> tuple[SqlObject, ...]:
    """Return the functions, views and triggers of this version."""
    return tuple(upkeep.declared())


def redis_problem() -> str:
    """Say why Redis cannot be used; empty when it can."""
    try:
        with redis_client() as client:
            client.ping()
    except redis.RedisError as problem:
        log.warning("redis unreachable", reason=str(problem))
        return "Redis does not answer"
    return ""


def worker_problem() -> str:
    """Say that no worker was seen within a minute; empty when one was."""
    try:
        with redis_client() as client:
            now, _ = client.time()
            seen = client.zcount(HEARTBEAT_KEY, now - UNSEEN_SECONDS, "+inf")
    except redis.RedisError:
        return UNKNOWN.format("Redis")
    return "" if seen else f"no worker was seen within {UNSEEN_SECONDS} s"


def problems() -> dict[str, str]:
    """Return what is wrong with each part, empty where nothing is; what an absent server would tell is not asked for."""
    database, broker = database_problem(), redis_problem()
    return {
        "database": database,
        "migrations": UNKNOWN.format("PostgreSQL") if database else migrations_problem(),
        "redis": broker,
        "worker": UNKNOWN.format("Redis") if broker else worker_problem(),
    }


@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """Answer 200 when every part works, else 503 with the parts that do not."""
    found = problems()
    broken = any(found.values())
    parts = {name: problem or "ok" for name, problem in found.items()}
    return JsonResponse(
        {"status": "unavailable" if broken else "ok", "parts": parts}, status=503 if broken else 200
    )
