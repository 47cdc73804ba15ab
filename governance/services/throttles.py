"""How many requests a minute: counted in Redis, together for all processes."""

import redis
import structlog

from governance.models import Token
from outreach_admin.watch import clients

log = structlog.get_logger(__name__)

SECONDS = 60
KEY = "outreach:throttle"
# a request waits no longer for a Redis that does not answer
PATIENCE = 0.25


def take(who: Token | str, *, limit_a_minute: int) -> int | None:
    """Count a request of a token, or of an address; return the seconds to wait where it is one too many, else None.

    The minute begins with its first request. Where Redis is away, the request passes and the log says so.
    """
    kind = "token" if isinstance(who, Token) else "address"
    name = who.pk if isinstance(who, Token) else who
    key = f"{KEY}:{kind}:{name}"
    try:
        count, left = _counted(key)
    except redis.RedisError as fault:
        log.warning("requests not counted", fault=type(fault).__name__)
        return None
    return max(left, 1) if count > limit_a_minute else None


def _counted(key: str) -> tuple[int, int]:
    """Return how many requests of this minute were counted, and the seconds that are left of it."""
    with clients.kept(patience=PATIENCE).pipeline(transaction=True) as commands:
        commands.set(key, 0, ex=SECONDS, nx=True)
        commands.incr(key)
        commands.ttl(key)
        _, count, left = commands.execute()
    return int(count), int(left)
