"""Four eyes: who may agree, to what exactly, and what happens when that no longer holds."""

import pytest
from django.utils import timezone

from governance.exceptions import NotPermitted, StateRefused, VoteRefused
from governance.models import Approval, ApprovalVote, HubError, Violation
from governance.services.approvals import requests, votes
from governance.services.operations import runner, steering
from tests import make
from tests.governance.services.approvals.asked import (
    operation_of,
    requested,
    state_of,
    two_needed,
    two_steps,
)

db = pytest.mark.django_db


@db
def test_the_vote_that_completes_the_quorum_starts_the_plan_in_the_name_of_who_asked():
    approval = requested()

    votes.approve(approval, by=make.manager(), comment="fine")

    operation = operation_of(approval)
    assert (operation.state, state_of(approval)) == ("running", "used")
    assert operation.actor == operation.requester
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
def test_an_expired_request_takes_no_vote_before_any_job_has_noted_it():
    approval = requested()
    Approval.objects.filter(pk=approval.pk).update(expires_at=timezone.now())

    with pytest.raises(VoteRefused):
        votes.approve(approval, by=make.manager())


@db
@pytest.mark.parametrize("loss", ["group", "account"])
def test_only_votes_of_those_who_may_still_vote_complete_the_quorum(loss):
    two_needed()
    approval, leaver = requested(), make.manager()
    votes.approve(approval, by=leaver)
    make.lose(leaver, loss)

    votes.approve(approval, by=make.manager())
    waiting = (state_of(approval), operation_of(approval).state)
    votes.approve(approval, by=make.manager())

    assert waiting == ("pending", "awaiting")
    assert (state_of(approval), operation_of(approval).state) == ("used", "running")
    assert not Violation.objects.exists()


@db
def test_an_automatic_start_that_is_refused_is_nobodys_violation_and_says_why():
    approval = requested()
    make.lose(approval.requester, "account")

    votes.approve(approval, by=make.manager())

    operation = operation_of(approval)
    assert (operation.state, state_of(approval)) == ("approved", "approved")
    assert operation.state_note == (
        f"Approved, but not started: {approval.requester} is switched off. "
        "Whoever may run it can start it."
    )
    assert not Violation.objects.exists()
    steering.start(operation, by=make.triager())
    assert state_of(approval) == "used"


@db
def test_a_request_whose_approval_no_longer_holds_takes_the_next_vote():
    approval, leaver = approved_and_waiting(), ApprovalVote.objects.get().voter
    make.lose(leaver, "account")

    votes.approve(approval, by=make.manager())

    assert state_of(approval) == "approved"
    assert operation_of(approval).steps.filter(kind="fell back").exists()


@db
def test_a_run_starts_by_itself_only_in_the_name_of_who_may_run_it():
    run = two_steps()
    approval = requests.make(run, by=run.requester)
    make.lose(run.requester, "group")

    votes.approve(approval, by=make.manager())

    run.refresh_from_db()
    assert (run.state, run.started_by) == ("approved", None)
    assert f"{run.requester} no longer has the right to" in run.state_note
    assert not Violation.objects.exists()


def approved_and_waiting():
    """A request that is approved, while nothing could start in the name of who asked."""
    approval = requested()
    make.lose(approval.requester, "account")
    votes.approve(approval, by=make.manager())
    return approval
