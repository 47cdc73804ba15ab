"""The record of an operation: its steps, its lock, and its end."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from governance.models import Operation
from governance.services.approvals import requests
from governance.services.operations import plans, records, runner, steering
from tests import make
from tests.governance import facts

pytestmark = pytest.mark.django_db


def parking(rows: int) -> Operation:
    return plans.make("park", errors=make.errors(rows), by=make.triager(), reason="DATA_QUALITY")


def test_a_step_keeps_who_did_what_and_the_note():
    operation = parking(1)

    records.step(operation, "paused", by="ops", note="lunch")

    newest = operation.steps.first()
    assert (newest.kind, newest.actor, newest.note) == ("paused", "ops", "lunch")


def test_locking_reads_the_operation_anew():
    operation = parking(1)
    Operation.objects.filter(pk=operation.pk).update(throttle=5)

    with CaptureQueriesContext(connection) as found:
        current = records.locked(operation)

    assert (operation.throttle, current.throttle) == (None, 5)
    assert any("FOR UPDATE" in query["sql"] for query in found)


def test_closing_cancels_the_rows_without_an_outcome_and_no_others():
    operation = parking(10)
    Operation.objects.filter(pk=operation.pk).update(chunk_rows=4)
    steering.start(operation, by=operation.requester)
    runner.run_chunk(operation.pk)
    operation.refresh_from_db()

    records.close(operation, Operation.State.CANCELLED, note="Cancelled by ops.")

    operation.refresh_from_db()
    assert (operation.applied, operation.cancelled, operation.state) == (4, 6, "cancelled")
    assert (operation.state_note, operation.finished_at is None) == ("Cancelled by ops.", False)
    reasons = {reason for outcome, reason in facts.outcomes(operation).values() if reason}
    assert reasons == {"Cancelled by ops."}
    assert facts.adds_up(operation)


def test_rows_closed_without_a_note_are_cancelled():
    operation = parking(1)

    records.close(operation, Operation.State.EXPIRED)

    assert set(facts.outcomes(operation).values()) == {("cancelled", "cancelled")}


def test_requests_for_a_plan_that_will_not_run_are_taken_back():
    operation = plans.make("archive", errors=[make.error()], by=make.triager(), reason="MANUAL")
    approval = requests.make(operation, by=operation.requester)

    records.withdraw_requests(operation)

    approval.refresh_from_db()
    assert (approval.state, approval.decided_at is None) == ("withdrawn", False)


@pytest.mark.django_db
def test_a_bounded_wait_for_locks_ends_with_its_block():
    with connection.cursor() as cursor, records.waiting_at_most("7s"):
        cursor.execute("SHOW lock_timeout")
        inside = cursor.fetchone()

    with connection.cursor() as cursor:
        cursor.execute("SHOW lock_timeout")
        assert (inside, cursor.fetchone()) == (("7s",), ("0",))


@pytest.mark.parametrize(
    ("before", "within"), [("0", "10s"), ("300ms", "300ms"), ("10s", "10s"), ("2min", "10s")]
)
def test_a_wait_is_only_ever_made_shorter(before, within):
    def limit() -> str:
        with connection.cursor() as cursor:
            cursor.execute("SHOW lock_timeout")
            return cursor.fetchone()[0]

    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", [before])
    with records.waiting_at_most("10s"):
        inside = limit()

    assert (inside, limit()) == (within, before)
