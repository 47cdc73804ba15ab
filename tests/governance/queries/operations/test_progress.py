"""How far an operation is: the rate of late, and the time left at the pace in force."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from governance.models import Operation, OperationChunk
from governance.queries.operations import progress
from governance.services.operations import plans, records, runner, steering
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


def chunks(operation, *, number, failed=()):
    """So many chunks of ten rows as if committed, those in `failed` with a failed row."""
    OperationChunk.objects.bulk_create(
        OperationChunk(
            operation=operation,
            number=n,
            applied=10 - (n in failed),
            skipped=0,
            failed=int(n in failed),
            seconds=0.1,
            worker="here:1",
        )
        for n in range(1, number + 1)
    )
    Operation.objects.filter(pk=operation.pk).update(chunk_rows=10)
    operation.refresh_from_db()


def test_each_field_of_the_strip_adds_up_its_chunks():
    operation = running(4, make.triager())
    chunks(operation, number=120, failed={1, 4, 5})

    found = progress.of(operation, at=timezone.now())

    assert (found.chunks, found.expected) == (120, 121)
    assert len(found.cells) == 41
    assert [cell.label for cell in found.cells[:3]] == [
        "Chunks 1 to 3: 1 failed",
        "Chunks 4 to 6: 2 failed",
        "Chunks 7 to 9: done",
    ]
    assert found.cells[-1].state == "running"


def ended(rows, *, busy_seconds, **given):
    operation = running(rows, make.triager())
    runner.finish(operation)
    Operation.objects.filter(pk=operation.pk).update(busy_seconds=busy_seconds, **given)
    operation.refresh_from_db()
    return operation


def test_what_took_less_than_a_second_has_no_rate():
    assert progress.of(ended(4, busy_seconds=0.03), at=timezone.now()).rate is None


def test_what_has_ended_has_the_rate_of_all_its_chunks_whatever_steered_it():
    operation = ended(10, busy_seconds=2.5)
    records.step(operation, "resumed", by="somebody")

    assert progress.of(operation, at=timezone.now()).rate == 4


def test_the_strip_of_what_has_ended_waits_for_nothing():
    whole = progress.of(ended(4, busy_seconds=1), at=timezone.now())
    operation = running(30, make.triager())
    Operation.objects.filter(pk=operation.pk).update(chunk_rows=10)
    runner.run_chunk(operation.pk)
    steering.cancel(operation, by=operation.requester)
    cancelled = progress.of(operation, at=timezone.now())

    assert {cell.state for cell in whole.cells} == {"done"}
    assert cancelled.cells[0].state == "done"
    assert all(cell.label.endswith("left alone") for cell in cancelled.cells[1:])


def test_skipped_rows_are_seen_in_the_strip():
    operation = running(4, make.triager())
    chunks(operation, number=2)
    OperationChunk.objects.filter(operation=operation, number=2).update(applied=8, skipped=2)

    found = progress.of(operation, at=timezone.now())

    assert [(cell.label, cell.state) for cell in found.cells[:2]] == [
        ("Chunk 1: done", "done"),
        ("Chunk 2: 2 skipped", "skipped"),
    ]


def test_a_poll_fetches_a_handful_of_rows_whatever_the_number_of_chunks():
    operation = running(4, make.triager())
    chunks(operation, number=1000, failed=range(1, 1001))
    fetched = []

    def count(execute, sql, params, many, context):
        result = execute(sql, params, many, context)
        fetched.append(context["cursor"].rowcount)
        return result

    with connection.execute_wrapper(count):
        progress.of(operation, at=timezone.now())

    assert sum(fetched) < 2 * progress.CELLS


def test_nothing_waits_for_a_worker_once_one_has_shown_a_sign_of_life():
    operation = running(4, make.triager())
    later = timezone.now() + timedelta(seconds=10)

    before = progress.waits_for_worker(operation, at=later)
    records.next_turn(operation)
    operation.refresh_from_db()

    assert (before, progress.waits_for_worker(operation, at=later)) == (True, False)


def test_what_failed_does_not_wait_for_a_worker():
    operation = running(4, make.triager())
    Operation.objects.filter(pk=operation.pk).update(failures=1)
    operation.refresh_from_db()

    assert not progress.waits_for_worker(operation, at=timezone.now() + timedelta(hours=1))


def test_whose_lock_it_waits_for_is_said_while_it_runs_and_not_that_no_worker_came():
    operation = running(5, make.triager())
    operation.waits_for = "ana/psql"
    later = timezone.now() + timedelta(minutes=1)

    found = progress.of(operation, at=later)

    assert found.waits_for_lock == "waiting for a lock held by ana/psql"
    assert not found.waits_for_worker
    operation.state = "paused"
    assert progress.of(operation, at=later).waits_for_lock == ""
