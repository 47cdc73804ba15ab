"""Clients of Redis that threads share from their first request on."""

import contextlib
import threading
from concurrent.futures import ThreadPoolExecutor

import redis

from outreach_admin.watch import clients

THREADS = 8


def test_threads_that_come_first_at_once_share_one_client(redis_server, monkeypatch):
    made, crowd = [], threading.Barrier(2)
    make = redis.Redis.from_url

    def slowly(*given, **options):
        made.append(threading.get_ident())
        # nobody else makes one: as it should be
        with contextlib.suppress(threading.BrokenBarrierError):
            crowd.wait(0.2)
        return make(*given, **options)

    monkeypatch.setattr(clients, "_kept", {})
    monkeypatch.setattr(redis.Redis, "from_url", slowly)
    start = threading.Barrier(THREADS)

    def asks(number: int) -> int:
        start.wait(10)
        with clients.kept(patience=1).pipeline() as commands:
            commands.incr("asked")
            return commands.execute()[0]

    with ThreadPoolExecutor(THREADS) as threads:
        answers = sorted(threads.map(asks, range(THREADS)))

    assert answers == [*range(1, THREADS + 1)]
    assert len(made) == 1


def test_one_is_kept_for_each_patience(redis_server):
    assert clients.kept(patience=1) is clients.kept(patience=1)
    assert clients.kept(patience=1) is not clients.kept(patience=2)
