"""Requests are counted in Redis, for all processes together, and pass where it is away."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from governance.models import Token
from governance.services import throttles

ADDRESS = "192.0.2.7"


def test_one_too_many_is_told_how_long_to_wait(redis_server):
    token = Token(pk=7)

    waits = [throttles.take(token, limit_a_minute=2) for _ in range(3)]

    assert waits[:2] == [None, None]
    assert 1 <= waits[2] <= throttles.SECONDS


def test_each_token_and_each_address_is_counted_by_itself(redis_server):
    for who in (Token(pk=7), Token(pk=8), "7", ADDRESS):
        assert throttles.take(who, limit_a_minute=1) is None

    assert throttles.take(ADDRESS, limit_a_minute=1)


def test_a_new_minute_begins_anew(redis_server):
    throttles.take(ADDRESS, limit_a_minute=1)
    (key,) = redis_server.keys(f"{throttles.KEY}:*")
    assert 0 < redis_server.ttl(key) <= throttles.SECONDS

    redis_server.pexpire(key, 0)

    assert throttles.take(ADDRESS, limit_a_minute=1) is None


def test_forty_at_once_are_all_counted(redis_server):
    with ThreadPoolExecutor(8) as pool:
        waits = list(pool.map(lambda _: throttles.take(ADDRESS, limit_a_minute=30), range(40)))

    assert sum(wait is None for wait in waits) == 30


@pytest.mark.parametrize("url", ["redis://127.0.0.1:1/0"])
def test_where_redis_is_away_a_request_passes_and_the_log_says_so(settings, caplog, url):
    settings.REDIS_URL = url

    assert throttles.take(ADDRESS, limit_a_minute=0) is None
    assert "requests not counted" in caplog.text
