"""Turns: one chain of tasks an operation, and one that cannot go on holds up no other."""

import base64
import json
from datetime import timedelta
from threading import Event

import psycopg
import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from governance import tasks
from governance.models import Operation
from governance.services.operations import plans, runner, steering, turns
from governance.verbs.registry import VERBS
from outreach_admin.celery import app
from tests import make
from tests.servers import OWNER, SERVERS

db = pytest.mark.django_db
QUEUE = settings.CELERY_TASK_DEFAULT_QUEUE


def running(rows: int, *, verb: str = "park", **columns) -> Operation:
    asked = {"note": "fixed"} if verb == "resolve" else {"reason": "DATA_QUALITY"}
    operation = plans.make(verb, errors=make.errors(rows), by=make.triager(), **asked)
    steering.start(operation, by=operation.requester)
    Operation.objects.filter(pk=operation.pk).update(**columns)
    return operation


def silent_for(operation: Operation, seconds: float) -> None:
    Operation.objects.filter(pk=operation.pk).update(
        heartbeat_at=timezone.now() - timedelta(seconds=seconds)
    )


def now(operation: Operation) -> Operation:
    operation.refresh_from_db()
    return operation


def messages(redis_server) -> list[list[int]]:
    """Take what was sent to the workers: the arguments of each task."""
    taken = [json.loads(text) for text in redis_server.lrange(QUEUE, 0, -1)]
    redis_server.delete(QUEUE)
    return [json.loads(base64.b64decode(message["body"]))[0] for message in taken]


@pytest.fixture
def broker_away(monkeypatch):
    """Celery's messages go where nobody listens."""
    monkeypatch.setattr(app.conf, "broker_write_url", "redis://127.0.0.1:9/0")
    monkeypatch.setattr(app.amqp, "_producer_pool", None)


@db
def test_an_operation_whose_runner_fell_silent_is_taken_up():
    operation = running(5)
    still_fresh = turns.resume_abandoned()
    silent_for(operation, settings.TAKE_UP_AFTER + 1)

    taken = turns.resume_abandoned()

    assert (still_fresh, taken, now(operation).state) == (0, 1, "done")


def test_a_dead_task_is_missed_within_seconds():
    assert settings.TAKE_UP_EVERY + settings.TAKE_UP_AFTER < 10


@db
def test_a_sign_of_life_in_the_future_is_none():
    operation = running(5)
    silent_for(operation, -3600)

    assert turns.resume_abandoned() == 1
    assert now(operation).state == "done"


@db
def test_taking_up_ends_when_the_worker_stops():
    operation = running(5)
    silent_for(operation, 3600)
    stopping = Event()
    stopping.set()

    turns.resume_abandoned(stopping=stopping)

    assert (now(operation).state, operation.applied) == ("running", 0)


@db
def test_a_paused_operation_is_not_taken_up():
    operation = running(2)
    steering.pause(operation, by=operation.requester)
    silent_for(operation, 3600)

    assert turns.resume_abandoned() == 0


@pytest.fixture
def broken(monkeypatch) -> Operation:
    """An operation whose verb is no more, so that every turn fails."""
    operation = running(2, verb="resolve")
    monkeypatch.delitem(VERBS, "resolve")
    return operation


@db
def test_an_operation_that_cannot_go_on_holds_up_no_other_and_says_why(broken):
    other, third = running(2), running(2)
    for operation in (broken, other, third):
        silent_for(operation, 3600)

    turns.resume_abandoned()

    assert now(other).state == now(third).state == "done"
    assert (now(broken).state, broken.failures) == ("running", 1)
    assert broken.fault == "KeyError: 'resolve'"
    assert broken.steps.first().kind == "stopped"


@db
def test_every_failure_in_a_row_doubles_the_pause_before_the_next_try(broken):
    silent_for(broken, settings.TAKE_UP_AFTER + 1)
    turns.resume_abandoned()

    silent_for(broken, 2 * settings.TAKE_UP_AFTER - 1)
    too_early = turns.resume_abandoned()
    silent_for(broken, 2 * settings.TAKE_UP_AFTER + 1)
    in_time = turns.resume_abandoned()

    assert (too_early, in_time, now(broken).failures) == (0, 1, 2)
    assert broken.steps.filter(kind="stopped").count() == 1


@db
def test_after_a_hundred_failures_the_pause_is_still_minutes():
    operation = running(2, failures=100)
    silent_for(operation, 600)

    assert turns.resume_abandoned() == 1
    assert (now(operation).state, operation.failures, operation.fault) == ("done", 0, "")


@db
def test_the_oldest_is_taken_up_first():
    younger, older = running(2), running(2)
    Operation.objects.filter(pk=older.pk).update(started_at=timezone.now() - timedelta(days=1))
    for operation in (younger, older):
        silent_for(operation, 3600)

    assert list(Operation.objects.abandoned(timedelta(seconds=5))) == [older, younger]


@db
def test_pausing_and_resuming_leaves_one_chain_of_tasks_and_the_pace(
    redis_server, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        operation = running(40, throttle=5)
        for _ in range(3):
            steering.pause(operation, by=operation.requester)
            steering.resume(operation, by=operation.requester)
    sent = messages(redis_server)

    for task in sent:
        tasks.run_operation(*task)

    assert len(sent) == 4
    assert now(operation).applied == 5
    assert len(messages(redis_server)) == 1


@db
def test_a_task_delivered_twice_goes_on_once(redis_server):
    told = now(running(40, throttle=5))

    for _ in range(2):
        tasks.run_operation(told.pk, told.turn)

    assert len(messages(redis_server)) == 1


@db
def test_the_pace_holds_for_whoever_runs_it():
    operation = running(40, throttle=5)

    first, second = (runner.run_chunk(operation.pk) for _ in range(2))

    assert (first.rows, second.rows, second.more) == (5, 0, True)
    assert 0 < second.wait <= 1


@db
def test_what_could_be_handed_to_no_worker_is_taken_up_at_once(broker_away):
    operation = running(12, throttle=5, heartbeat_at=None)

    taken = turns.resume_abandoned()

    assert (taken, now(operation).applied, operation.heartbeat_at) == (1, 5, None)


def test_a_task_that_meets_somebody_who_steers_comes_again(committed_db, redis_server):
    operation = running(3)
    (sent,) = messages(redis_server)

    with psycopg.connect(SERVERS.url(OWNER, SERVERS.database)) as other:
        other.execute("SELECT FROM governance_operation WHERE id = %s FOR UPDATE", [operation.pk])
        tasks.run_operation(*sent)
        again = messages(redis_server)
    tasks.run_operation(*again[0])

    assert again == [sent]
    assert now(operation).state == "done"


def test_a_turn_that_meets_somebody_who_steers_is_handed_on(committed_db, redis_server):
    operation = running(3)
    (sent,) = messages(redis_server)

    with psycopg.connect(SERVERS.url(OWNER, SERVERS.database)) as other:

        def steer_before_the_chunk(execute, sql, *args):
            if "SKIP LOCKED" in sql:
                other.execute("SELECT FROM governance_operation FOR UPDATE NOWAIT")
            return execute(sql, *args)

        with connection.execute_wrapper(steer_before_the_chunk):
            tasks.run_operation(*sent)

    assert messages(redis_server) == [[operation.pk, now(operation).turn]]


def test_an_operation_somebody_holds_does_not_keep_the_next_from_being_taken_up(
    committed_db, redis_server
):
    held, free = running(2), running(2)
    for operation in (held, free):
        silent_for(operation, 3600)

    with psycopg.connect(SERVERS.url(OWNER, SERVERS.database)) as other:
        other.execute("SELECT FROM governance_operation WHERE id = %s FOR UPDATE", [held.pk])
        taken = turns.resume_abandoned()

    assert (taken, now(held).applied, now(free).state) == (1, 0, "done")
