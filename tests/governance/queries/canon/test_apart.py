"""Connections of the ledger: a few, each lent to one at a time, and never one that is dead."""

import psycopg
import pytest

from governance.queries.canon import apart
from governance.queries.canon.current import Unknown

pytestmark = pytest.mark.django_db


@pytest.fixture
def pool(monkeypatch):
    made = apart.Pool()
    monkeypatch.setattr(apart, "POOL", made)
    yield made
    made.close()


def test_a_connection_is_used_again(pool):
    (first,) = apart.ask("SELECT pg_backend_pid()", [])
    (second,) = apart.ask("SELECT pg_backend_pid()", [])

    assert first == second


def test_one_that_was_lost_while_it_rested_is_replaced(pool, monkeypatch):
    (lost,) = apart.ask("SELECT pg_backend_pid()", [])
    with psycopg.connect(pool.idle[0][1].info.dsn, password=pool.idle[0][1].info.password) as other:
        other.execute("SELECT pg_terminate_backend(%s)", [lost])
    monkeypatch.setattr(apart, "RESTS", 0)

    (found,) = apart.ask("SELECT pg_backend_pid()", [])

    assert found != lost


def test_a_fault_of_a_statement_leaves_the_connection_usable(pool):
    with pytest.raises(psycopg.DataError):
        apart.ask("SELECT 1 / %s", [0])

    assert apart.ask("SELECT 1", []) == (1,)


def test_one_that_is_lost_while_it_works_is_told(pool):
    with pytest.raises(Unknown):
        apart.ask("SELECT pg_terminate_backend(pg_backend_pid())", [])

    assert apart.ask("SELECT 1", []) == (1,)


def test_there_are_no_more_than_so_many(pool, monkeypatch):
    monkeypatch.setattr(apart, "PATIENCE", 0.01)
    for _ in range(apart.MOST):
        pool.free.acquire()

    with pytest.raises(Unknown):
        apart.ask("SELECT 1", [])


def test_forgetting_closes_what_rests(pool):
    apart.ask("SELECT 1", [])

    apart.forget()

    assert not pool.idle
