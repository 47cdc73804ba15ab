"""Running under faults: two runners, locked rows, rows the database refuses, deadlocks, people in each other's way."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier, Event

import psycopg
import pytest
from django.contrib.auth import get_user_model
from django.db import DatabaseError, connection, connections, transaction

from governance.models import HubError, Operation
from governance.services.approvals import requests, votes
from governance.services.operations import isolation, plans, records, runner, steering
from governance.tasks import run_operation
from tests import make
from tests.browser import wait_for
from tests.governance import facts
from tests.servers import OWNER, SERVERS

db = pytest.mark.django_db


def running(rows, *, chunk_rows=1000, verb="park", **asked):
    operation = plans.make(
        verb, errors=rows, by=make.triager(), **(asked or {"reason": "DATA_QUALITY"})
    )
    Operation.objects.filter(pk=operation.pk).update(chunk_rows=chunk_rows)
    steering.start(operation, by=operation.requester)
    return operation


def in_threads(work, *given):
    """Do it with each of these at once, each on a connection of its own."""
    ready = Barrier(len(given))

    def one(argument):
        ready.wait(10)
        try:
            return work(argument)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(given)) as pool:
        return list(pool.map(one, given))


def owner():
    return psycopg.connect(SERVERS.url(OWNER, SERVERS.database))


def slowly(seconds: float) -> None:
    """Let every changed error take its time, so that what happens meanwhile happens inside a chunk."""
    with owner() as connection:
        connection.execute(
            f"CREATE FUNCTION take_time() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep({seconds}); RETURN NEW; END $$"
        )
        connection.execute(
            "CREATE TRIGGER slow BEFORE UPDATE ON governance_huberror FOR EACH ROW EXECUTE FUNCTION take_time()"
        )


@pytest.fixture
def never_waits_long(monkeypatch):
    """A lock is waited for a moment only."""
    monkeypatch.setattr(runner, "LOCK_PATIENCE", timedelta(seconds=0))


def test_a_task_delivered_twice_changes_every_row_once(committed_db, redis_server):
    rows = make.errors(40)
    operation = running(rows, chunk_rows=10)

    in_threads(run_operation, operation.pk, operation.pk)
    wait_for(lambda: runner.run_chunk(operation.pk).more is False, seconds=20)

    operation.refresh_from_db()
    assert (operation.state, operation.applied) == ("done", 40)
    assert facts.events(operation) == {row.pk: 1 for row in rows}


def test_a_second_runner_leaves_an_operation_alone_while_the_first_is_at_work(
    committed_db, redis_server
):
    operation = running(make.errors(3))
    held, release = Event(), Event()

    def hold(_):
        with transaction.atomic():
            records.locked(operation)
            held.set()
            release.wait(20)

    def run(_):
        held.wait(10)
        progress = runner.run_chunk(operation.pk)
        release.set()
        return progress

    _, progress = in_threads(lambda act: act(None), hold, run)

    assert progress == runner.Progress(0, more=False)
    assert Operation.objects.get().applied == 0


def test_a_runner_that_stands_still_inside_a_chunk_lets_the_operation_go(
    committed_db, redis_server, monkeypatch
):
    operation = running(make.errors(3))
    monkeypatch.setattr(runner, "LIMITS", {"idle_in_transaction_session_timeout": "200ms"})
    inside, release = Event(), Event()

    def stand_still(execute, sql, *args):
        if "batch AS MATERIALIZED" in sql:
            inside.set()
            release.wait(20)
        return execute(sql, *args)

    def stopped(_):
        with connection.execute_wrapper(stand_still), pytest.raises(DatabaseError):
            runner.run_chunk(operation.pk)

    def other(_):
        inside.wait(10)
        wait_for(lambda: runner.run_chunk(operation.pk).rows, seconds=10)
        release.set()

    in_threads(lambda act: act(None), stopped, other)

    runner.finish(operation)
    assert (operation.state, operation.applied) == ("done", 3)


def test_a_row_locked_by_another_session_fails_alone_and_is_retried_alone(
    committed_db, redis_server, never_waits_long
):
    rows = make.errors(20)
    operation = running(rows)
    held = rows[7]

    with owner() as other:
        other.execute("SELECT FROM governance_huberror WHERE id = %s FOR UPDATE", [held.pk])
        runner.finish(operation)

    assert (operation.state, operation.applied, operation.failed) == ("done", 19, 1)
    assert facts.outcomes(operation)[held.pk][0] == "failed"
    assert facts.adds_up(operation)

    again = plans.again(operation, by=operation.requester, outcome="failed")
    runner.run(again)
    assert facts.outcomes(again) == {held.pk: ("applied", None)}


@pytest.mark.parametrize("bad", [1, 3])
def test_a_row_that_breaks_a_rule_of_the_database_fails_alone(committed_db, redis_server, bad):
    rows = make.errors(30)
    broken = {row.pk for row in rows[10 : 10 + bad]}
    with owner() as connection:
        keys = ", ".join(f"'{key}'" for key in broken)
        connection.execute(
            f"ALTER TABLE governance_huberror ADD CONSTRAINT not_these CHECK (disposition <> 'PARKED' OR id NOT IN ({keys}))"
        )
    operation = running(rows)

    runner.finish(operation)

    found = facts.outcomes(operation)
    assert {key for key, (outcome, _) in found.items() if outcome == "failed"} == broken
    assert all("not_these" in found[key][1] for key in broken)
    assert (operation.state, operation.applied) == ("done", 30 - bad)
    assert facts.adds_up(operation)


def test_a_deadlock_costs_no_row(committed_db, redis_server, monkeypatch):
    # longer than it takes the server to notice
    monkeypatch.setattr(isolation, "LOCK_MS", 5000)
    rows = make.errors(20)
    operation = running(rows)
    first, last = rows[0], rows[-1]
    slowly(0.02)

    def crosswise(_):
        with (
            SERVERS.superuser(SERVERS.database) as other,
            other.transaction(),
            other.cursor() as cursor,
        ):
            # the runner is the one that is told of the deadlock
            cursor.execute("SET LOCAL deadlock_timeout = '10s'")
            cursor.execute("SET LOCAL lock_timeout = '4s'")
            cursor.execute("SELECT FROM governance_huberror WHERE id = %s FOR UPDATE", [last.pk])
            wait_for(lambda: is_locked(first.pk), seconds=10)
            cursor.execute("SELECT FROM governance_huberror WHERE id = %s FOR UPDATE", [first.pk])

    in_threads(lambda act: act(None), crosswise, lambda _: runner.finish(operation))

    operation.refresh_from_db()
    assert wait_for(deadlocks, seconds=10)
    assert (operation.state, operation.applied) == ("done", 20)
    assert set(facts.events(operation).values()) == {1}


def deadlocks() -> int:
    with SERVERS.superuser() as connection:
        return connection.execute(
            "SELECT deadlocks FROM pg_stat_database WHERE datname = %s", [SERVERS.database]
        ).fetchone()[0]


def is_locked(key) -> bool:
    with owner() as other:
        return (
            other.execute(
                "SELECT 1 FROM governance_huberror WHERE id = %s FOR UPDATE SKIP LOCKED", [key]
            ).fetchone()
            is None
        )


def test_two_people_with_overlapping_operations_change_every_row_once(committed_db, redis_server):
    rows = make.errors(60)
    parking = running(rows[:40], chunk_rows=10)
    resolving = running(rows[20:], chunk_rows=10, verb="resolve", note="fixed")

    in_threads(runner.finish, parking, resolving)

    assert parking.state == resolving.state == "done"
    assert facts.applied(parking).isdisjoint(facts.applied(resolving))
    assert facts.applied(parking) | facts.applied(resolving) == {row.pk for row in rows}
    assert facts.adds_up(parking)
    assert facts.adds_up(resolving)
    assert set(HubError.objects.values_list("version", flat=True)) == {2}


@db
@pytest.mark.parametrize("loss", ["group", "account"])
def test_a_voter_who_loses_the_right_during_the_run_stops_it_before_the_next_chunk(loss):
    operation = plans.make(
        "assign", errors=make.errors(501), by=make.triager(), owner="Platform team"
    )
    Operation.objects.filter(pk=operation.pk).update(chunk_rows=100)
    manager = make.manager()
    votes.approve(requests.make(operation, by=operation.requester), by=manager)
    runner.run_chunk(operation.pk)
    if loss == "group":
        manager.groups.clear()
    else:
        get_user_model().objects.filter(pk=manager.pk).update(is_active=False)

    runner.run_chunk(operation.pk)

    operation.refresh_from_db()
    assert (operation.state, operation.applied) == ("paused", 100)
    assert operation.state_note.startswith("Held:")
