"""Asking for an agreement: by whom, for how long, taken back, remarked on."""

from datetime import timedelta

import pytest
from django.db import IntegrityError
from django.utils import timezone

from governance.exceptions import NotPermitted, StateRefused, VoteRefused
from governance.models import Approval, ApprovalPolicy, Operation
from governance.services.approvals import requests, votes
from governance.services.operations import plans, steering
from tests import make
from tests.governance.services.approvals.asked import (
    operation_of,
    planned,
    requested,
    state_of,
    two_steps,
)

db = pytest.mark.django_db


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


@db
def test_the_end_of_a_request_for_a_run_ends_all_its_plans():
    run = two_steps()
    approval = requests.make(run, by=run.requester)

    requests.end_subject(approval, "rejected", note="Not today.")

    run.refresh_from_db()
    assert (run.state, run.state_note) == ("rejected", "Not today.")
    assert set(run.operations.values_list("state", flat=True)) == {"cancelled"}


@db
def test_asking_again_clears_the_note_that_the_last_request_expired():
    approval = requested()
    requests.expire_stale(at=approval.expires_at)
    operation = operation_of(approval)
    noted = operation.state_note

    requests.make(operation, by=operation.requester)

    assert (noted, operation_of(approval).state_note) == ("The request expired: ask again.", "")


@db
def test_a_rejection_is_discarded_once_by_who_asked_alone():
    approval = requested()
    with pytest.raises(StateRefused, match="awaiting approval"):
        requests.discard(approval, by=approval.requester)
    votes.reject(approval, by=make.manager(), comment="Retry them first.")

    with pytest.raises(NotPermitted):
        requests.discard(approval, by=make.manager())
    discarded = requests.discard(approval, by=approval.requester)
    with pytest.raises(StateRefused, match="already"):
        requests.discard(approval, by=approval.requester)

    assert discarded.discarded_at is not None


@db
def test_the_database_lets_nothing_but_a_rejection_be_discarded():
    approval = requested()

    with pytest.raises(IntegrityError, match="only_rejections_are_discarded"):
        Approval.objects.filter(pk=approval.pk).update(discarded_at=timezone.now())
