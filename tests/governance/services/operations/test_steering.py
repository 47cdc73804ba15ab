"""Starting, pausing, limiting and ending operations: who may, in which state, through which gate."""

import pytest
from django.utils import timezone

from governance.exceptions import (
    ApprovalRequired,
    NotPermitted,
    PlanRefused,
    StateRefused,
)
from governance.models import Approval, ApprovalPolicy, HubError, Operation, Violation
from governance.services.approvals import votes
from governance.services.operations import plans, runner, steering
from outreach_admin.celery import app
from tests import make
from tests.governance import facts
from tests.governance.services.approvals.asked import (
    operation_of,
    planned,
    requested,
    state_of,
    two_needed,
)

pytestmark = pytest.mark.django_db
db = pytest.mark.django_db


@pytest.fixture
def broker_away(monkeypatch):
    """Celery's messages go where nobody listens."""
    monkeypatch.setattr(app.conf, "broker_write_url", "redis://127.0.0.1:9/0")
    monkeypatch.setattr(app.amqp, "_producer_pool", None)


ASKED = {
    "park": {"reason": "DATA_QUALITY"},
    "resolve": {"note": "fixed"},
    "archive": {"reason": "MANUAL"},
}


def plan(verb, rows, **given):
    return plans.make(verb, errors=rows, by=make.triager(), **(given or ASKED[verb]))


def started(rows, *, chunk_rows=1000):
    operation = plan("park", rows)
    Operation.objects.filter(pk=operation.pk).update(chunk_rows=chunk_rows)
    steering.start(operation, by=operation.requester)
    return operation


def test_a_gated_plan_without_approval_is_refused_and_recorded():
    operation = plan("archive", [make.error()])

    with pytest.raises(ApprovalRequired):
        steering.start(operation, by=operation.requester)

    violation = Violation.objects.get()
    assert (violation.code, violation.operation, violation.tool_id, violation.actor) == (
        "V-GATE-002",
        operation,
        "",
        operation.requester.username,
    )
    assert Operation.objects.get().state == "planned"
    assert HubError.objects.count() == 1


def test_a_plan_that_a_policy_of_a_later_day_stops_needs_approval_too():
    ApprovalPolicy.objects.update(is_active=False)
    operation = plans.make("archive", errors=[make.error()], by=make.triager(), reason="MANUAL")
    ApprovalPolicy.objects.update(is_active=True)

    with pytest.raises(ApprovalRequired, match="ARCHIVE-BLOCKING"):
        steering.start(operation, by=operation.requester)

    operation.refresh_from_db()
    assert (operation.state, operation.gate) == ("planned", "ARCHIVE-BLOCKING")
    assert Violation.objects.filter(operation=operation, code="V-GATE-002").exists()


def test_nobody_starts_steers_or_discards_without_the_right():
    operation = plan("park", [make.error()])
    viewer = make.viewer()

    for act in (
        steering.start,
        steering.pause,
        steering.resume,
        steering.cancel,
        steering.discard,
    ):
        with pytest.raises(NotPermitted):
            act(operation, by=viewer)


def test_a_discarded_plan_never_runs():
    operation = plan("park", [make.error()])

    steering.discard(operation, by=operation.requester)

    assert (operation.state, operation.cancelled) == ("cancelled", 1)
    with pytest.raises(StateRefused):
        steering.start(operation, by=operation.requester)


def test_an_expired_plan_does_not_start_even_before_anybody_notes_it():
    operation = plan("park", [make.error()])
    Operation.objects.filter(pk=operation.pk).update(expires_at=timezone.now())

    with pytest.raises(StateRefused):
        steering.start(operation, by=operation.requester)

    assert steering.expire_waiting() == 1
    operation.refresh_from_db()
    assert (operation.state, operation.cancelled) == ("expired", 1)


def test_a_paused_operation_goes_on_where_it_stopped():
    operation = started(make.errors(10), chunk_rows=4)
    runner.run_chunk(operation.pk)

    steering.pause(operation, by=operation.requester)
    runner.run_chunk(operation.pk)
    done_while_paused = Operation.objects.get(pk=operation.pk).applied
    steering.resume(operation, by=operation.requester)
    runner.finish(operation)

    assert done_while_paused == 4
    assert (operation.state, operation.applied) == ("done", 10)


def test_cancelling_leaves_the_rest_alone_and_keeps_what_is_done():
    operation = started(make.errors(10), chunk_rows=4)
    runner.run_chunk(operation.pk)

    steering.cancel(operation, by=operation.requester)
    runner.run_chunk(operation.pk)

    operation.refresh_from_db()
    assert (operation.state, operation.applied, operation.cancelled) == ("cancelled", 4, 6)
    assert HubError.objects.filter(disposition="PARKED").count() == 4
    assert facts.adds_up(operation)


@pytest.mark.parametrize("act", ["pause", "resume", "cancel", "discard", "start"])
def test_an_ended_operation_can_no_longer_be_steered(act):
    operation = plan("park", [make.error()])
    runner.run(operation)

    with pytest.raises(StateRefused):
        getattr(steering, act)(operation, by=operation.requester)


def test_a_limited_operation_takes_no_more_rows_than_a_second_allows():
    operation = started(make.errors(10))
    steering.set_throttle(operation, rows_a_second=3, by=operation.requester)

    progress = runner.run_chunk(operation.pk)

    assert (progress.rows, progress.more) == (3, True)
    assert 0 < progress.wait <= 1


@pytest.mark.parametrize("pace", [0, -1, 1_000_001])
def test_an_impossible_pace_is_refused(pace):
    operation = started([make.error()])

    with pytest.raises(PlanRefused):
        steering.set_throttle(operation, rows_a_second=pace, by=operation.requester)


def test_a_broker_that_is_away_is_said_on_the_operation_until_it_goes_on(
    broker_away, django_capture_on_commit_callbacks
):
    operation = plan("park", [make.error()])

    with django_capture_on_commit_callbacks(execute=True):
        steering.start(operation, by=operation.requester)

    operation.refresh_from_db()
    assert (operation.state, operation.state_note) == ("running", steering.BROKER_AWAY)

    runner.finish(operation)
    assert (operation.state, operation.state_note) == ("done", "")


@db
def test_an_approval_is_used_once():
    approval = requested()
    votes.approve(approval, by=make.manager())
    operation = operation_of(approval)
    runner.finish(operation)

    with pytest.raises(StateRefused):
        steering.start(operation, by=operation.requester)

    assert Approval.objects.get().used_at is not None
    assert set(facts.events(operation).values()) == {1}


@db
def test_the_approval_of_one_plan_does_not_cover_another():
    approved = requested()
    votes.approve(approved, by=make.manager())
    other = planned()

    with pytest.raises(ApprovalRequired):
        steering.start(other, by=other.requester)


@db
def test_a_plan_made_anew_after_approval_has_to_be_asked_for_again():
    two_needed()
    approval = requested()
    votes.approve(approval, by=make.manager())

    revised = plans.revise(operation_of(approval), by=approval.requester, reason="SUPERSEDED")

    assert state_of(approval) == "withdrawn"
    with pytest.raises(ApprovalRequired):
        steering.start(revised, by=revised.requester)


def test_a_plan_without_an_eligible_row_starts_for_nobody():
    operation = plan("park", [make.error(disposition="PARKED")])

    with pytest.raises(StateRefused, match="no eligible row"):
        steering.start(operation, by=operation.requester)

    operation.refresh_from_db()
    assert (operation.state, Violation.objects.count()) == ("planned", 0)
