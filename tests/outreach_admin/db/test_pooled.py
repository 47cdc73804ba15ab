"""The pool of the web knows who waits for a connection, and forgets who gave up."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from psycopg_pool import PoolTimeout

from outreach_admin.db.pooled.base import SoundPool
from tests.browser import wait_for

pytestmark = pytest.mark.django_db


@pytest.fixture
def pool():
    made = SoundPool(
        kwargs=connection.get_connection_params() | {"autocommit": True},
        min_size=1,
        max_size=1,
        timeout=20,
        open=True,
    )
    yield made
    made.close()


def test_who_gave_up_waiting_is_not_counted(pool):
    taken = pool.getconn()

    with pytest.raises(PoolTimeout):
        pool.getconn(timeout=0.05)

    assert pool.get_stats()["requests_waiting"] == 1
    assert pool.crowding() == ""
    pool.putconn(taken)


def test_who_waits_is_counted_until_a_connection_is_free(pool):
    taken = pool.getconn()

    with ThreadPoolExecutor(1) as threads:
        waiter = threads.submit(pool.getconn)
        wait_for(pool.crowding, seconds=20)
        told = pool.crowding()
        pool.putconn(taken)
        pool.putconn(waiter.result(20))

    assert told == "busy: 1 waiting for one of 1 connections"
    assert pool.crowding() == ""
