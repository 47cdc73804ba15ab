"""Work that is held because its approver left is asked for anew, and goes on."""

from datetime import timedelta

import pytest
from django.utils import timezone

from governance.exceptions import ApprovalRequired, NotPermitted, StateRefused
from governance.models import Event, Operation, Violation
from governance.services.approvals import requests, votes
from governance.services.operations import plans, runner, steering
from tests import make
from tests.governance.services.approvals.asked import (
    state_of,
    two_steps,
)

pytestmark = pytest.mark.django_db


def held():
    """An operation under way whose approver was switched off after the first chunk, and the approver."""
    operation = plans.make(
        "assign", errors=make.errors(501), by=make.triager(), owner="Platform team"
    )
    Operation.objects.filter(pk=operation.pk).update(chunk_rows=100)
    voter = make.manager()
    votes.approve(requests.make(operation, by=operation.requester), by=voter)
    runner.run_chunk(operation.pk)
    make.lose(voter, "account")
    runner.run_chunk(operation.pk)
    operation.refresh_from_db()
    assert operation.state == "paused"
    return operation, voter


def test_work_that_was_held_goes_on_under_a_new_approval():
    operation, voter = held()
    assert operation.state_note.startswith(
        f"Held: A vote no longer counts: {voter} is switched off"
    )
    with pytest.raises(ApprovalRequired, match="is held"):
        steering.resume(operation, by=operation.requester)

    votes.approve(requests.make(operation, by=operation.requester), by=make.manager())

    operation.refresh_from_db()
    assert operation.state == "running"
    runner.finish(operation)
    assert (operation.state, operation.applied) == ("done", 501)
    assert [one.state for one in operation.approvals.all()] == ["used", "used"]
    assert not Violation.objects.exists()


def test_a_new_request_outlives_the_time_the_plan_had_to_wait():
    operation, _ = held()
    Operation.objects.filter(pk=operation.pk).update(expires_at=timezone.now())

    approval = requests.make(operation, by=operation.requester)

    assert approval.expires_at > timezone.now() + timedelta(hours=1)


@pytest.mark.parametrize("end", ["reject", "withdraw", "expire"])
def test_a_new_request_that_comes_to_nothing_leaves_the_work_held(end):
    operation, _ = held()
    approval = requests.make(operation, by=operation.requester)

    if end == "reject":
        votes.reject(approval, by=make.manager(), comment="Look again.")
    elif end == "withdraw":
        requests.withdraw(approval, by=approval.requester)
    else:
        requests.expire_stale(at=approval.expires_at)

    operation.refresh_from_db()
    assert (operation.state, operation.applied, operation.cancelled) == ("paused", 100, 0)
    assert requests.make(operation, by=operation.requester)


def test_somebody_else_who_may_run_it_asks_and_neither_he_nor_the_planner_votes():
    operation, _ = held()
    other = make.manager()
    operation.requester.groups.set(other.groups.all())

    approval = requests.make(operation, by=other)

    for person in (other, operation.requester):
        with pytest.raises((NotPermitted, votes.VoteRefused)):
            votes.approve(approval, by=person)
    votes.approve(approval, by=make.manager())
    runner.finish(operation)
    last = Event.objects.filter(operation_id=operation.pk).latest("pk")
    assert (operation.state, last.actor) == ("done", other.get_username())


def test_nobody_asks_anew_for_work_that_is_only_paused_or_asked_for():
    operation, _ = held()
    requests.make(operation, by=operation.requester)
    with pytest.raises(StateRefused, match="asked for"):
        requests.make(operation, by=make.manager())
    with pytest.raises(NotPermitted):
        requests.make(operation, by=make.analyst())

    steering.cancel(operation, by=operation.requester)

    assert operation.approvals.latest("pk").state == "withdrawn"


def test_a_voter_who_comes_back_makes_the_new_request_needless():
    operation, voter = held()
    approval = requests.make(operation, by=operation.requester)
    type(voter).objects.filter(pk=voter.pk).update(is_active=True)

    steering.resume(operation, by=operation.requester)

    assert state_of(approval) == "withdrawn"
    runner.finish(operation)
    assert operation.state == "done"


def test_a_held_step_goes_on_under_a_new_approval_of_its_run():
    run, voter = two_steps(), make.manager()
    votes.approve(requests.make(run, by=run.requester), by=voter)
    make.lose(voter, "group")
    step = run.operations.get(position=0)
    runner.run_chunk(step.pk)
    run.refresh_from_db()

    votes.approve(requests.make(run, by=run.requester), by=make.manager())

    for operation in run.operations.order_by("position"):
        runner.finish(operation)
    run.refresh_from_db()
    assert run.state == "done"
