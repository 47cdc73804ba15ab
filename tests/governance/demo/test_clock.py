"""The clock of a demo's past: what is moved, what is left, and who may."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import ProgrammingError, connection
from django.utils import timezone

from governance.demo import clock
from governance.models import Event, HubError, Operation, OperationStep
from governance.services.operations import plans, runner
from outreach_admin.db import roles
from tests import make

MOMENT = datetime(2026, 1, 5, 9, 30, tzinfo=UTC)
# far more than the work takes, far less than the way back
A_WHILE = timedelta(minutes=20)


def parked(by, error) -> Operation:
    operation = plans.make("park", errors=[error], by=by, reason="DATA_QUALITY")
    runner.run(operation)
    operation.refresh_from_db()
    return operation


def test_what_services_write_is_moved_to_the_moment_and_nothing_else(committed_db):
    by, (mine, other) = make.triager(), (make.error(), make.error())
    before = parked(by, other)

    with roles.as_owner(), clock.at(MOMENT):
        operation = parked(by, mine)

    operation.refresh_from_db()
    mine.refresh_from_db()
    moved = [operation.created_at, operation.started_at, operation.finished_at, mine.parked_at]
    moved += Event.objects.filter(operation_id=operation.pk).values_list("at", flat=True)
    moved += OperationStep.objects.filter(operation=operation).values_list("at", flat=True)
    assert len(moved) == 8
    assert all(MOMENT <= moment < MOMENT + A_WHILE for moment in moved)
    assert Operation.objects.get(pk=before.pk).finished_at == before.finished_at
    assert HubError.objects.get(pk=mine.pk).created_at == mine.created_at > MOMENT


def test_deadlines_follow_once_the_past_is_told(committed_db):
    with roles.as_owner():
        with clock.at(MOMENT):
            operation = parked(make.triager(), make.error())
        operation.refresh_from_db()
        assert operation.expires_at > timezone.now()
        clock.settle()

    operation.refresh_from_db()
    assert abs(operation.expires_at - MOMENT - timedelta(hours=72)) < A_WHILE


def test_rows_from_before_can_be_of_an_earlier_moment(committed_db):
    step = make.error() and parked(make.triager(), make.error()).steps.earliest("at")

    with roles.as_owner():
        clock.backdate(OperationStep, "at", MOMENT)

    step.refresh_from_db()
    assert step.at == MOMENT


def test_a_block_that_fails_leaves_nothing(committed_db):
    def broken_off(by, error):
        assert parked(by, error).applied == 1
        raise LookupError

    with pytest.raises(LookupError), roles.as_owner(), clock.at(MOMENT):
        broken_off(make.triager(), make.error())

    assert not Operation.objects.exists()


def test_triggers_are_on_again_and_the_history_refuses_changes(committed_db):
    with roles.as_owner(), clock.at(MOMENT):
        parked(make.triager(), make.error())

    with roles.as_owner(), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_trigger WHERE tgenabled = 'D'")
        assert cursor.fetchone() == (0,)
        with pytest.raises(ProgrammingError):
            cursor.execute("UPDATE governance_event SET at = now()")


@pytest.mark.django_db
def test_the_running_role_cannot_move_what_it_wrote():
    with pytest.raises(ProgrammingError, match="must be owner"), clock.at(MOMENT):
        parked(make.triager(), make.error())
