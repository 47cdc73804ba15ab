"""Tasks are handed to the broker once they can be read; one that is away is logged, never raised."""

import pytest
import structlog
from django.db import transaction

from governance.services import workers
from outreach_admin.celery import app

TASK = "governance.tasks.run_operation"


@pytest.fixture
def broker_away(monkeypatch):
    """Celery's messages go where nobody listens."""
    monkeypatch.setattr(app.conf, "broker_write_url", "redis://127.0.0.1:9/0")
    monkeypatch.setattr(app.amqp, "_producer_pool", None)


def waiting(redis_server) -> int:
    """Messages in the queue of the workers."""
    return redis_server.llen(app.conf.task_default_queue)


def test_a_task_that_the_broker_took_waits_in_the_queue(redis_server):
    assert workers.send(TASK, 7) is True

    assert waiting(redis_server) == 1


def test_a_broker_that_is_away_is_said_and_logged(broker_away):
    with structlog.testing.capture_logs() as lines:
        assert workers.send(TASK, 7) is False

    (line,) = lines
    assert (line["event"], line["task"], line["args"]) == ("broker away", TASK, (7,))


@pytest.mark.django_db
def test_a_task_is_sent_when_the_transaction_is_committed(
    redis_server, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        workers.send_on_commit(TASK, 7)
        before = waiting(redis_server)

    assert (before, waiting(redis_server)) == (0, 1)


@pytest.mark.usefixtures("committed_db")
def test_a_transaction_taken_back_sends_nothing(redis_server):
    with transaction.atomic():
        workers.send_on_commit(TASK, 7)
        transaction.set_rollback(True)

    assert waiting(redis_server) == 0
