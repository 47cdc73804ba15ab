"""Clients of Redis that are kept for as long as the process lives."""

import threading

import redis
from django.conf import settings

from outreach_admin.watch.pulses import ONCE

_making = threading.Lock()
_kept: dict[tuple[str, float], redis.Redis] = {}


def kept(*, patience: float) -> redis.Redis:
    """Return the client of this process that waits so many seconds for Redis; its connections are kept.

    It is made once, however many threads come first at the same moment: a client that nobody holds any
    more closes its connections, also one that a pipeline of it is reading from.
    """
    wanted = (settings.REDIS_URL, patience)
    with _making:
        if wanted not in _kept:
            _kept[wanted] = redis.Redis.from_url(
                settings.REDIS_URL,
                socket_timeout=patience,
                socket_connect_timeout=patience,
                retry=ONCE,
            )
    return _kept[wanted]
