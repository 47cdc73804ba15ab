"""Tasks carry the request that asked for them; a worker says that it lives."""

import json
from pathlib import Path
from types import SimpleNamespace

import pytest
import structlog
from django.conf import settings

from governance.models import Operation
from governance.services import workers
from governance.services.operations import plans, steering
from governance.tasks import run_operation
from outreach_admin.celery import TakeUpStep, app, bind_task
from outreach_admin.watch import pulses
from tests import make
from tests.browser import wait_for
from tests.workers import working

TASK = "governance.tasks.keep_house"


def lines_of(log: Path) -> list[dict]:
    return [
        json.loads(line)
        for line in log.read_text().splitlines()
        if line.startswith("{") and line.endswith("}")
    ]


def test_a_task_is_sent_with_the_id_of_its_request(redis_server):
    with structlog.contextvars.bound_contextvars(request_id="request-one"):
        assert workers.send(TASK)

    message = json.loads(redis_server.lpop(settings.CELERY_TASK_DEFAULT_QUEUE))
    assert message["headers"]["request_id"] == "request-one"


def test_a_task_sent_outside_a_request_has_none(redis_server):
    assert workers.send(TASK)

    message = json.loads(redis_server.lpop(settings.CELERY_TASK_DEFAULT_QUEUE))
    assert "request_id" not in message["headers"]


def test_what_a_task_is_about_is_in_its_lines():
    run_operation.push_request(request_id="request-one")
    try:
        bind_task("task-one", run_operation, args=(4711,))
        bound = structlog.contextvars.get_contextvars()
    finally:
        run_operation.pop_request()
        structlog.contextvars.clear_contextvars()

    assert bound == {
        "task_id": "task-one",
        "task": "governance.tasks.run_operation",
        "operation_id": 4711,
        "request_id": "request-one",
    }


def test_a_worker_carries_an_operation_through_while_the_broker_is_away(
    committed_db, redis_server, monkeypatch
):
    operation = plans.make("park", errors=make.errors(60), by=make.triager(), reason="DATA_QUALITY")
    steering.start(operation, by=operation.requester)
    Operation.objects.update(throttle=50, heartbeat_at=None)
    monkeypatch.setattr(app.conf, "broker_write_url", "redis://127.0.0.1:9/0")
    monkeypatch.setattr(app.amqp, "_producer_pool", None)

    problem = TakeUpStep(SimpleNamespace(hostname="worker@here")).take_up()

    operation.refresh_from_db()
    assert (problem, operation.state, operation.applied) == ("", "done", 60)


@pytest.mark.usefixtures("committed_db")
def test_a_worker_logs_its_tasks_under_the_request_and_beats(redis_server):
    with structlog.contextvars.bound_contextvars(request_id="request-one"):
        workers.send(TASK)

    with working() as log:
        done = wait_for(
            lambda: [line for line in lines_of(log) if "succeeded" in line["event"]], seconds=30
        )
        alive = redis_server.zcard(pulses.HEARTBEAT_KEY)

    assert (done[0]["request_id"], done[0]["task"]) == ("request-one", TASK)
    assert alive == 1
    assert redis_server.zcard(pulses.HEARTBEAT_KEY) == 0
