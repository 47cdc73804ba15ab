"""Requests follow who may vote: what was approved falls back, says why, and takes votes."""

import pytest
from django.utils import timezone

from governance.exceptions import ApprovalRequired
from governance.models import Approval, Violation
from governance.services.approvals import counts, requests, votes
from governance.services.operations import steering
from governance.services.playbooks import runs
from tests import make
from tests.governance.services.approvals.asked import (
    operation_of,
    requested,
    state_of,
    two_steps,
)

pytestmark = pytest.mark.django_db


def approved():
    """A request with its voter; nothing could start, since who asked is away."""
    approval, voter = requested(), make.manager()
    make.lose(approval.requester, "account")
    votes.approve(approval, by=voter)
    return approval, voter


@pytest.mark.parametrize("loss", ["group", "account"])
def test_an_approval_whose_voter_lost_the_right_falls_back_and_says_why(loss):
    approval, voter = approved()
    make.lose(voter, loss)

    changed = counts.recount_open()

    operation = operation_of(approval)
    assert (changed, state_of(approval), operation.state) == (1, "pending", "awaiting")
    assert operation.state_note.startswith(
        f"The approval fell back. A vote no longer counts: {voter} "
    )
    assert operation.steps.first().kind == "fell back"
    assert Approval.objects.waiting_for(make.manager(), timezone.now()).get() == approval


def test_it_rises_again_with_the_voter_and_starts_nothing_by_itself():
    approval, voter = approved()
    make.lose(voter, "account")
    counts.recount_open()
    type(voter).objects.filter(pk=voter.pk).update(is_active=True)

    counts.recount_open()

    assert (state_of(approval), operation_of(approval).state) == ("approved", "approved")
    assert counts.recount_open() == 0


def test_a_start_after_the_voter_left_is_refused_before_any_job_noticed():
    approval, voter = approved()
    make.lose(voter, "account")

    with pytest.raises(ApprovalRequired, match="is switched off"):
        steering.start(operation_of(approval), by=make.triager())

    assert state_of(approval) == "pending"


def test_a_start_that_nobody_asked_for_is_nobodys_violation():
    approval, voter = approved()
    make.lose(voter, "account")
    run = two_steps()

    for service, subject in ((steering, operation_of(approval)), (runs, run)):
        with pytest.raises(ApprovalRequired):
            service.start(subject, by=make.triager(), approved_by=make.manager())

    assert not Violation.objects.exists()


def test_a_request_that_fell_back_can_be_taken_back():
    approval, voter = approved()
    make.lose(voter, "group")
    counts.recount_open()

    requests.withdraw(approval, by=approval.requester)

    assert (state_of(approval), operation_of(approval).state) == ("withdrawn", "planned")


def test_a_moment_of_a_run_stands_on_the_timeline_of_every_plan():
    run = two_steps()

    counts.step(run, "requested", by=str(run.requester), note="why")

    newest = [operation.steps.first() for operation in run.operations.all()]
    assert [(step.kind, step.note) for step in newest] == [("requested", "why")] * 2
