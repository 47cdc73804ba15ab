"""What the parts of the console tell of themselves through Redis, by the clock of Redis."""

import json
import time
from typing import Any

import redis
from django.conf import settings
from redis.backoff import NoBackoff
from redis.retry import Retry

HEARTBEAT_KEY = "outreach:worker:heartbeat"
HEARTBEAT_SECONDS = 10
UNSEEN_SECONDS = 60
SLOTS_KEY = "outreach:worker:slots"
BUSY_SECONDS = 60
HOUSE_KEY = "outreach:house:kept"
HOUSE_SECONDS = 180
CHORES_KEY = "outreach:house:chores"
TAKE_UP_KEY = "outreach:worker:take-up"
FULL_KEY = "outreach:disk:full"
KEPT_SECONDS = 120
ONCE = Retry(NoBackoff(), 0)
# a console that has just begun has waited for nothing yet
STARTED = time.monotonic()


def redis_client() -> redis.Redis:
    """Return a client that gives up within a second."""
    return redis.Redis.from_url(
        settings.REDIS_URL, socket_timeout=1, socket_connect_timeout=1, retry=ONCE
    )


def clock(client: redis.Redis) -> int:
    """Read the clock of Redis, in seconds."""
    seconds, _ = client.time()
    return int(seconds)


def record_heartbeat(worker: str) -> None:
    """Note that a worker is alive."""
    with redis_client() as client:
        now = clock(client)
        client.zadd(HEARTBEAT_KEY, {worker: now})
        client.zremrangebyscore(HEARTBEAT_KEY, "-inf", now - UNSEEN_SECONDS)
        client.expire(HEARTBEAT_KEY, UNSEEN_SECONDS)


def forget_heartbeat(worker: str) -> None:
    """Note that a worker has ended."""
    with redis_client() as client:
        client.zrem(HEARTBEAT_KEY, worker)
        for key in (SLOTS_KEY, TAKE_UP_KEY):
            client.hdel(key, worker)


def record_slots(worker: str, *, slots: int, busy: int) -> None:
    """Note how many tasks a worker does at once, and since when no more fits in."""
    with redis_client() as client:
        before = json.loads(client.hget(SLOTS_KEY, worker) or "{}")
        since = (before.get("full_since") or clock(client)) if busy >= slots else None
        client.hset(SLOTS_KEY, worker, json.dumps({"slots": slots, "full_since": since}))


def record_housekeeping(*problems: str) -> None:
    """Note that housekeeping came to its end, and which chores failed, until it ends again."""
    with redis_client() as client:
        client.set(HOUSE_KEY, clock(client))
        client.set(CHORES_KEY, "; ".join(problems), ex=HOUSE_SECONDS)


def record_take_up(worker: str, problem: str) -> None:
    """Note what kept a worker from taking up operations; an empty `problem` takes it back."""
    with redis_client() as client:
        if not problem:
            client.hdel(TAKE_UP_KEY, worker)
            return
        before = json.loads(client.hget(TAKE_UP_KEY, worker) or "{}")
        told = {"times": before.get("times", 0) + 1, "problem": problem}
        client.hset(TAKE_UP_KEY, worker, json.dumps(told))


def record_full_disk() -> None:
    """Note that something could not be written for want of room; forgotten after two minutes."""
    with redis_client() as client:
        client.set(FULL_KEY, 1, ex=KEPT_SECONDS)


def worker_problem(client: redis.Redis) -> str:
    """Say that no worker was seen within a minute; empty when one was. A time to come counts as none."""
    return "" if _alive(client) else f"no worker was seen within {UNSEEN_SECONDS} s"


def _alive(client: redis.Redis) -> list[bytes]:
    now = clock(client)
    return list(client.zrangebyscore(HEARTBEAT_KEY, now - UNSEEN_SECONDS, now + HEARTBEAT_SECONDS))


def slots_problem(client: redis.Redis) -> str:
    """Say that every slot of every worker is taken for more than a minute; empty when one is free."""
    told = [json.loads(client.hget(SLOTS_KEY, worker) or "{}") for worker in _alive(client)]
    full: list[dict[str, Any]] = [slots for slots in told if slots.get("full_since")]
    if not full or len(full) < len(told):
        return ""
    seconds = clock(client) - max(slots["full_since"] for slots in full)
    if seconds <= BUSY_SECONDS:
        return ""
    slots, waiting = (
        sum(one["slots"] for one in full),
        client.llen(settings.CELERY_TASK_DEFAULT_QUEUE),
    )
    return f"all {slots} worker slots are busy for {seconds // 60} min, {waiting} tasks wait"


def schedule_problem(client: redis.Redis) -> str:
    """Say that housekeeping did not end for three minutes; empty when it did, or when this process began later than that."""
    kept = client.get(HOUSE_KEY)
    waited = time.monotonic() - STARTED
    silent = clock(client) - int(kept) if kept is not None else waited
    # a time to come is no news of now
    if silent < -HEARTBEAT_SECONDS:
        silent = waited
    if min(silent, waited) <= HOUSE_SECONDS:
        return ""
    return f"housekeeping has not ended for {int(silent) // 60} min: nothing expires, and what was left is not taken up"


def chores_problem(client: redis.Redis) -> str:
    """Say which chores of housekeeping failed the last time; empty when all were done."""
    told = client.get(CHORES_KEY)
    return told.decode() if told else ""


def take_up_problem(client: redis.Redis) -> str:
    """Say what keeps the workers from taking up operations; empty when nothing does."""
    told = [json.loads(text) for text in client.hvals(TAKE_UP_KEY)]
    return "; ".join(
        f"{one['problem']} ({one['times']} time{'' if one['times'] == 1 else 's'} in a row)"
        for one in told
    )


def full_disk_problem(client: redis.Redis) -> str:
    """Say that something could not be written for want of room within two minutes; empty otherwise."""
    return "no room: something could not be written a moment ago" if client.exists(FULL_KEY) else ""
