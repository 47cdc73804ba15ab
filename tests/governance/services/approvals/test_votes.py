"""Four eyes: who may agree, to what exactly, for how long, and what happens when that no longer holds."""

from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.utils import timezone

from governance.exceptions import ApprovalRequired, NotPermitted, StateRefused, VoteRefused
from governance.models import Approval, ApprovalPolicy, ApprovalVote, HubError, Operation, Violation
from governance.services.approvals import requests, votes
from governance.services.operations import plans, runner, steering
from governance.services.playbooks import run_plans, runs
from tests import make
from tests.governance import facts

db = pytest.mark.django_db


def planned(*, by=None, **given):
    """A plan that needs approval: archiving an error that blocks."""
    return plans.make(
        "archive", errors=[make.error(**given)], by=by or make.triager(), reason="MANUAL"
    )


def requested(**given):
    operation = planned(**given)
    return requests.make(operation, by=operation.requester, note="Nothing can be done about it.")


def two_needed():
    ApprovalPolicy.objects.filter(name="ARCHIVE-BLOCKING").update(quorum=2)


def state_of(approval):
    return Approval.objects.get(pk=approval.pk).state


def operation_of(approval):
    return Operation.objects.get(pk=approval.operation_id)


def two_steps():
    """A playbook run that would park an error and reset a company target."""
    make.error(make.DOL)
    make.target("failed")
    park = {
        "name": "park DOL",
        "verb": "park",
        "error_table": make.DOL,
        "parameters": {"reason": "DATA_QUALITY"},
    }
    return run_plans.make(
        make.playbook([park, {"name": "reset", "verb": "reset"}]), by=make.triager()
    )


@db
def test_a_request_keeps_plan_policy_and_expiry_as_they_are():
    operation = planned()

    approval = requests.make(operation, by=operation.requester, note="why")

    assert (operation.state, approval.state, approval.note) == ("awaiting", "pending", "why")
    assert approval.plan_hash == operation.plan_hash
    assert (approval.policy["name"], approval.policy["quorum"]) == ("ARCHIVE-BLOCKING", 1)
    assert (
        timedelta(hours=23, minutes=59)
        < approval.expires_at - timezone.now()
        <= timedelta(hours=24)
    )


@db
def test_only_who_planned_asks_and_only_once():
    operation = planned()

    with pytest.raises(NotPermitted):
        requests.make(operation, by=make.manager())
    requests.make(operation, by=operation.requester)
    with pytest.raises(StateRefused):
        requests.make(operation, by=operation.requester)


@db
def test_a_policy_that_was_given_up_is_nothing_to_ask_by():
    operation = planned()
    ApprovalPolicy.objects.filter(name="ARCHIVE-BLOCKING").update(is_active=False)

    with pytest.raises(StateRefused, match="no longer applies"):
        requests.make(operation, by=operation.requester)

    operation.refresh_from_db()
    assert operation.state == "planned"


@db
def test_a_plan_without_a_gate_needs_no_request():
    operation = plans.make("park", errors=[make.error()], by=make.triager(), reason="DATA_QUALITY")

    with pytest.raises(StateRefused):
        requests.make(operation, by=operation.requester)


@db
def test_the_vote_that_completes_the_quorum_starts_the_plan_in_the_name_of_who_asked():
    approval = requested()

    votes.approve(approval, by=make.manager(), comment="fine")

    operation = operation_of(approval)
    assert (operation.state, state_of(approval)) == ("running", "used")
    assert operation.steps.get(kind="started").actor == operation.requester.username
    runner.finish(operation)
    assert operation.applied == 1


@db
def test_a_quorum_of_two_needs_two_different_people():
    two_needed()
    approval = requested()
    first = make.manager()

    votes.approve(approval, by=first)
    with pytest.raises(VoteRefused):
        votes.approve(approval, by=first)
    waiting = state_of(approval)
    votes.approve(approval, by=make.manager())

    assert (waiting, state_of(approval)) == ("pending", "used")


@db
@pytest.mark.parametrize("person", [make.manager, make.superuser])
def test_who_asked_never_decides_whatever_rights_he_has(person):
    approval = requested(by=person())

    for vote in (votes.approve, votes.reject):
        with pytest.raises(VoteRefused) as refusal:
            vote(approval, by=approval.requester, comment="mine")

    assert refusal.value.status == 403
    assert not ApprovalVote.objects.exists()


@db
@pytest.mark.parametrize("person", [make.triager, make.analyst, make.viewer, make.admin])
def test_nobody_decides_without_the_right(person):
    approval = requested()

    with pytest.raises(NotPermitted):
        votes.approve(approval, by=person())


@db
@pytest.mark.parametrize("end", ["approve", "reject", "withdraw", "discard", "expire"])
def test_a_request_that_is_no_longer_pending_takes_no_vote(end):
    approval = requested()
    close(approval, end)

    with pytest.raises(VoteRefused):
        votes.approve(approval, by=make.manager())


def close(approval, end):
    if end == "approve":
        votes.approve(approval, by=make.manager())
    elif end == "reject":
        votes.reject(approval, by=make.manager(), comment="no")
    elif end == "withdraw":
        requests.withdraw(approval, by=approval.requester)
    elif end == "discard":
        steering.discard(approval.operation, by=approval.requester)
    else:
        requests.expire_stale(at=approval.expires_at)


@db
def test_a_vote_on_a_plan_read_elsewhere_is_refused():
    approval = requested()

    with pytest.raises(VoteRefused):
        votes.approve(approval, by=make.manager(), plan_hash="0" * 64)

    assert state_of(approval) == "pending"


@db
def test_a_rejection_needs_a_reason_and_ends_the_plan():
    approval = requested()

    with pytest.raises(VoteRefused):
        votes.reject(approval, by=make.manager(), comment=" ")
    votes.reject(approval, by=make.manager(), comment="retry them first")

    operation = operation_of(approval)
    assert (operation.state, operation.cancelled, HubError.objects.count()) == ("rejected", 1, 1)
    assert "retry them first" in operation.state_note
    with pytest.raises(StateRefused):
        steering.start(operation, by=operation.requester)


@db
def test_a_request_taken_back_can_be_asked_again():
    approval = requested()

    requests.withdraw(approval, by=approval.requester)
    again = requests.make(operation_of(approval), by=approval.requester)

    assert (state_of(approval), state_of(again)) == ("withdrawn", "pending")


@db
def test_only_who_asked_takes_a_request_back():
    with pytest.raises(NotPermitted):
        requests.withdraw(requested(), by=make.manager())


@db
def test_an_expired_request_takes_no_vote_before_any_job_has_noted_it():
    approval = requested()
    Approval.objects.filter(pk=approval.pk).update(expires_at=timezone.now())

    with pytest.raises(VoteRefused):
        votes.approve(approval, by=make.manager())


@db
def test_an_expired_request_puts_its_plan_back_to_be_asked_again():
    approval = requested()

    assert requests.expire_stale(at=approval.expires_at - timedelta(seconds=1)) == 0
    assert requests.expire_stale(at=approval.expires_at) == 1

    operation = operation_of(approval)
    assert (state_of(approval), operation.state) == ("expired", "planned")
    assert operation.state_note == "The request expired: ask again."


@db
def test_a_request_does_not_outlive_its_plan():
    operation = planned()
    Operation.objects.filter(pk=operation.pk).update(expires_at=timezone.now() + timedelta(hours=1))
    operation.refresh_from_db()

    approval = requests.make(operation, by=operation.requester)

    assert approval.expires_at == operation.expires_at


@db
def test_a_voter_who_lost_the_right_before_the_quorum_no_longer_counts():
    two_needed()
    approval = requested()
    leaver = make.manager()
    votes.approve(approval, by=leaver)
    leaver.groups.clear()

    votes.approve(approval, by=make.manager())

    operation = operation_of(approval)
    assert (operation.state, HubError.objects.count()) == ("approved", 1)
    assert operation.state_note.startswith("Approved, but not started:")
    assert Violation.objects.filter(code="V-GATE-002", operation=operation).exists()


@db
@pytest.mark.parametrize("loss", ["group", "account"])
def test_a_voter_who_loses_the_right_during_the_run_stops_it_before_the_next_chunk(loss):
    operation = plans.make(
        "assign", errors=make.errors(501), by=make.triager(), owner="Platform team"
    )
    Operation.objects.filter(pk=operation.pk).update(chunk_rows=100)
    manager = make.manager()
    votes.approve(requests.make(operation, by=operation.requester), by=manager)
    runner.run_chunk(operation.pk)
    if loss == "group":
        manager.groups.clear()
    else:
        get_user_model().objects.filter(pk=manager.pk).update(is_active=False)

    runner.run_chunk(operation.pk)

    operation.refresh_from_db()
    assert (operation.state, operation.applied) == ("paused", 100)
    assert operation.state_note.startswith("Held:")


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


@db
def test_comments_decide_nothing_and_come_from_who_asked_or_may_vote():
    approval = requested()

    requests.comment(approval, by=approval.requester, body="see the ticket")
    requests.comment(approval, by=make.manager(), body="which one?")
    with pytest.raises(NotPermitted):
        requests.comment(approval, by=make.viewer(), body="me too")
    with pytest.raises(VoteRefused):
        requests.comment(approval, by=approval.requester, body=" ")

    assert approval.comments.count() == 2
    assert state_of(approval) == "pending"


@db
def test_a_playbook_run_has_one_approval_over_all_its_plans():
    run = two_steps()

    with pytest.raises(ApprovalRequired):
        runs.start(run, by=run.requester)
    approval = requests.make(run, by=run.requester)
    votes.approve(approval, by=make.manager(), plan_hash=run.plan_hash)
    for operation in run.operations.order_by("position"):
        runner.finish(operation)

    run.refresh_from_db()
    assert (run.state, state_of(approval)) == ("done", "used")
    assert [operation.applied for operation in run.operations.order_by("position")] == [1, 1]
    assert Violation.objects.get().playbook_run == run


@db
def test_a_step_of_a_run_is_neither_started_nor_asked_for_nor_left_out_by_itself():
    run = two_steps()
    second = run.operations.get(position=1)

    with pytest.raises(StateRefused):
        steering.start(second, by=run.requester)
    with pytest.raises(StateRefused):
        requests.make(second, by=run.requester)
    with pytest.raises(StateRefused):
        steering.discard(second, by=run.requester)
    votes.approve(requests.make(run, by=run.requester), by=make.manager())
    with pytest.raises(StateRefused):
        steering.start(second, by=run.requester)

    assert [operation.state for operation in run.operations.order_by("position")] == [
        "running",
        "planned",
    ]
