"""Tasks carry the request that asked for them; a worker says that it lives."""

import json
from pathlib import Path

import pytest
import structlog
from django.conf import settings

from governance.services import workers
from governance.tasks import run_operation
from outreach_admin.celery import bind_task
from outreach_admin.watch import pulses
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
