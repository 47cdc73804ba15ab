"""How far an operation is: the rate of late, and the time left at the pace in force."""

from datetime import timedelta

import pytest
from django.utils import timezone

from governance.models import Operation, OperationChunk
from governance.queries.operations import progress
from governance.services.operations import plans, runner, steering
from tests import make

pytestmark = pytest.mark.django_db


def running(rows, by):
    operation = plans.make("park", errors=make.errors(rows), by=by, reason="DATA_QUALITY")
    steering.start(operation, by=by)
    return operation


def committed(operation, number, *, at, seconds=0.1):
    """Run one chunk of at most 10 rows and say when it was committed and how long it took."""
    Operation.objects.filter(pk=operation.pk).update(chunk_rows=10)
    runner.run_chunk(operation.pk)
    OperationChunk.objects.filter(operation=operation, number=number).update(
        committed_at=at, seconds=seconds
    )
    operation.refresh_from_db()


def test_without_a_limit_the_rate_is_that_of_the_last_chunks():
    now = timezone.now()
    operation = running(40, make.triager())
    committed(operation, 1, at=now + timedelta(seconds=1))
    committed(operation, 2, at=now + timedelta(seconds=2), seconds=1)

    found = progress.of(operation, at=now + timedelta(seconds=2))

    assert found.rate == pytest.approx(20 / 1.1)
    assert found.left == pytest.approx(20 / found.rate)


def test_a_limit_bounds_the_time_left_before_its_first_chunk():
    by, now = make.triager(), timezone.now()
    operation = running(40, by)
    committed(operation, 1, at=now - timedelta(minutes=1), seconds=0.001)

    steering.set_throttle(operation, rows_a_second=2, by=by)
    found = progress.of(operation, at=timezone.now())

    assert found.rate is None
    assert found.left == 30 / 2


def test_the_rate_is_that_since_the_limit_and_never_above_it():
    by, now = make.triager(), timezone.now()
    operation = running(40, by)
    committed(operation, 1, at=now - timedelta(minutes=1), seconds=0.001)
    steering.set_throttle(operation, rows_a_second=5, by=by)
    committed(operation, 2, at=now + timedelta(seconds=10), seconds=0.1)

    found = progress.of(operation, at=now + timedelta(seconds=10))

    assert (found.rate, found.left) == (5, 25 / 5)


def test_a_lifted_limit_no_longer_holds_the_rate_down():
    by, now = make.triager(), timezone.now()
    operation = running(40, by)
    steering.set_throttle(operation, rows_a_second=5, by=by)
    committed(operation, 1, at=now - timedelta(minutes=1), seconds=1)
    steering.set_throttle(operation, rows_a_second=None, by=by)
    committed(operation, 2, at=now + timedelta(seconds=10), seconds=0.1)

    found = progress.of(operation, at=now + timedelta(seconds=10))

    assert found.rate == pytest.approx(100)


def test_whose_lock_it_waits_for_is_said_while_it_runs_and_not_that_no_worker_came():
    operation = running(5, make.triager())
    operation.waits_for = "ana/psql"
    later = timezone.now() + timedelta(minutes=1)

    found = progress.of(operation, at=later)

    assert found.waits_for_lock == "waiting for a lock held by ana/psql"
    assert not found.waits_for_worker
    operation.state = "paused"
    assert progress.of(operation, at=later).waits_for_lock == ""
