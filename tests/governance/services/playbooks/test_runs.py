"""Runs of a playbook: approved as a whole, executed in order, ended once."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission, User
from django.utils import timezone

from governance.exceptions import (
    ApprovalRequired,
    NotPermitted,
    StateRefused,
)
from governance.models import (
    Approval,
    ApprovalPolicy,
    HubError,
    PlaybookRun,
    Violation,
)
from governance.services.approvals import requests, votes
from governance.services.operations import command_line, plans, runner, steering
from governance.services.playbooks import reports, runs
from outreach_admin.db.roles import as_owner
from tests import make
from tests.governance.rules import PARK_TRIED, RETRY, approved, planned, states
from tests.governance.services.approvals.asked import (
    state_of,
    two_steps,
)

db = pytest.mark.django_db


@pytest.mark.django_db
def test_a_run_that_a_policy_of_a_later_day_stops_needs_approval_too():
    ApprovalPolicy.objects.update(is_active=False)
    make.error()
    run = planned(RETRY)
    ApprovalPolicy.objects.update(is_active=True)

    with pytest.raises(ApprovalRequired, match="PLAYBOOK-RUN"):
        runs.start(run, by=run.requester)

    run.refresh_from_db()
    assert (run.state, run.gate, run.operations.get().gate) == (
        "planned",
        "PLAYBOOK-RUN",
        "PLAYBOOK-RUN",
    )


@pytest.mark.django_db
def test_without_any_gate_a_run_starts_at_once():
    ApprovalPolicy.objects.filter(name="PLAYBOOK-RUN").update(is_active=False)
    error = make.error()

    run = planned(RETRY)
    command_line.carry_out(run)

    error.refresh_from_db()
    assert (run.gate, run.state, error.retry_count) == (None, "done", 1)


@pytest.mark.django_db
def test_a_start_without_approval_is_refused_and_recorded():
    make.error()
    run = planned(RETRY)

    with pytest.raises(ApprovalRequired):
        runs.start(run, by=run.requester)

    violation = Violation.objects.get()
    assert (violation.code, violation.tool_id, violation.playbook_run) == ("V-GATE-002", "", run)
    assert states(run) == ["planned"]


@pytest.mark.django_db
def test_approval_starts_the_first_operation_and_leaves_the_others_waiting():
    make.error(retry_count=2)
    make.error(retry_count=0)

    run = approved(PARK_TRIED, RETRY)

    assert run.state == PlaybookRun.State.RUNNING
    assert states(run) == ["running", "planned"]
    assert run.approvals.get().state == Approval.State.USED


@pytest.mark.django_db
def test_the_end_of_an_operation_begins_the_next_and_the_last_ends_the_run():
    make.error(retry_count=2)
    make.error(retry_count=0)
    run = approved(PARK_TRIED, RETRY)
    first, second = run.operations.order_by("position")

    runner.finish(first)
    after_first = states(run)
    runner.finish(second)

    run.refresh_from_db()
    assert after_first == ["done", "running"]
    assert (run.state, states(run)) == ("done", ["done", "done"])
    assert run.after["tiers"] == run.before["tiers"]


@pytest.mark.django_db
def test_a_rule_that_finds_nothing_is_passed_over_at_the_end_of_its_turn():
    make.error(retry_count=0)

    run = planned(PARK_TRIED, RETRY)
    command_line.carry_out(run, approved_by=make.manager())

    assert [operation.applied for operation in run.operations.order_by("position")] == [0, 1]


@pytest.mark.django_db
def test_a_started_run_cannot_start_again():
    make.error()
    run = approved(RETRY)

    with pytest.raises(StateRefused, match="is running"):
        runs.start(run, by=run.requester)


@pytest.mark.django_db
def test_a_part_of_a_run_cannot_be_started_requested_discarded_or_cancelled_alone():
    make.error(retry_count=2)
    make.error(retry_count=0)
    run = approved(PARK_TRIED, RETRY)
    live, waiting = run.operations.order_by("position")

    with pytest.raises(StateRefused, match="begins with it"):
        steering.start(waiting, by=run.requester)
    with pytest.raises(StateRefused, match="a part of"):
        requests.make(waiting, by=run.requester)
    with pytest.raises(StateRefused, match="a part of"):
        steering.discard(waiting, by=run.requester)
    with pytest.raises(StateRefused, match="a part of"):
        steering.cancel(live, by=run.requester)

    assert states(run) == ["running", "planned"]


@pytest.mark.django_db
def test_a_paused_operation_holds_the_run_until_it_is_resumed():
    make.error(retry_count=2)
    make.error(retry_count=0)
    run = approved(PARK_TRIED, RETRY)
    first = run.operations.get(position=0)

    steering.pause(first, by=run.requester)
    runner.finish(first)
    held = states(run)
    steering.resume(first, by=run.requester)
    command_line.carry_out(run)

    assert held == ["paused", "planned"]
    assert states(run) == ["done", "done"]


@pytest.mark.django_db
def test_cancelling_a_run_keeps_what_is_done_and_leaves_the_rest_alone():
    parked, untouched = make.error(retry_count=2), make.error(retry_count=0)
    run = approved(PARK_TRIED, RETRY)
    runner.finish(run.operations.get(position=0))

    runs.cancel(run, by=run.requester)

    parked.refresh_from_db()
    untouched.refresh_from_db()
    assert (run.state, states(run)) == ("cancelled", ["done", "cancelled"])
    assert (parked.disposition, untouched.retry_count) == ("PARKED", 0)
    assert reports.ensure(run.pk).body["run"]["state"] == "cancelled"


@pytest.mark.django_db
def test_an_ended_run_cannot_be_cancelled():
    make.error()
    run = approved(RETRY)
    command_line.carry_out(run)

    with pytest.raises(StateRefused, match="is done"):
        runs.cancel(run, by=run.requester)


@pytest.mark.usefixtures("committed_db")
def test_a_failed_row_does_not_stop_the_run():
    broken, fine = make.error(retry_count=2), make.error(retry_count=0)
    run = planned(PARK_TRIED, RETRY)
    with as_owner() as owner, owner.cursor() as cursor:
        cursor.execute(
            "ALTER TABLE governance_huberror ADD CONSTRAINT no_parking CHECK (disposition <> 'PARKED') NOT VALID"
        )

    command_line.carry_out(run, approved_by=make.manager())

    fine.refresh_from_db()
    assert run.state == "done"
    assert list(run.operations.order_by("position").values_list("failed", "applied")) == [
        (1, 0),
        (0, 1),
    ]
    assert (HubError.objects.get(pk=broken.pk).disposition, fine.retry_count) == ("RETRY", 1)


@pytest.mark.django_db
def test_a_vote_that_no_longer_counts_holds_the_run():
    make.error()
    run = planned(RETRY)
    voter = make.manager()
    votes.approve(requests.make(run, by=run.requester), by=voter)
    voter.groups.clear()

    with pytest.raises(StateRefused, match="paused"):
        command_line.carry_out(PlaybookRun.objects.get(pk=run.pk))

    assert states(run) == ["paused"]


@pytest.mark.django_db
def test_a_discarded_run_takes_its_plans_and_its_request_along():
    make.error()
    run = planned(RETRY)
    approval = requests.make(run, by=run.requester)

    runs.discard(run, by=run.requester)

    approval.refresh_from_db()
    assert (run.state, states(run), approval.state) == ("cancelled", ["cancelled"], "withdrawn")


@pytest.mark.django_db
def test_a_rejected_run_ends_with_its_plans():
    make.error()
    run = planned(RETRY)

    votes.reject(requests.make(run, by=run.requester), by=make.manager(), comment="Not today.")

    run.refresh_from_db()
    assert (run.state, states(run)) == ("rejected", ["cancelled"])


@pytest.mark.django_db
def test_a_run_that_waited_too_long_expires_with_its_plans():
    make.error()
    run = planned(RETRY)
    later = timezone.now() + timedelta(hours=plans.WAITING_HOURS, seconds=1)

    expired = runs.expire_waiting(at=later)

    run.refresh_from_db()
    assert (expired, run.state, states(run)) == (1, "expired", ["cancelled"])


@pytest.mark.django_db
def test_waiting_parts_of_a_running_run_do_not_expire():
    make.error(retry_count=2)
    make.error(retry_count=0)
    run = approved(PARK_TRIED, RETRY)
    later = timezone.now() + timedelta(days=30)

    assert steering.expire_waiting(at=later) == 0
    assert runs.expire_waiting(at=later) == 0
    assert states(run) == ["running", "planned"]


@pytest.mark.django_db
def test_who_lost_the_right_to_a_verb_since_the_plan_does_not_start_the_run():
    make.error()
    run = planned(RETRY)
    run.requester.groups.clear()
    run.requester.user_permissions.set(
        Permission.objects.filter(codename__in=["run_playbook", "run_operation"])
    )

    with pytest.raises(NotPermitted, match="a step of"):
        runs.start(run, by=User.objects.get(pk=run.requester.pk))


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


@pytest.mark.django_db
def test_a_run_without_an_eligible_row_is_neither_asked_for_nor_started():
    make.error(next_retry_at=timezone.now() + timedelta(hours=1))
    run = planned(RETRY)

    with pytest.raises(StateRefused, match="no eligible row"):
        requests.make(run, by=run.requester)
    with pytest.raises(StateRefused, match="no eligible row"):
        runs.start(run, by=run.requester)

    run.refresh_from_db()
    assert (run.state, Violation.objects.count()) == ("planned", 0)


@pytest.mark.django_db
def test_what_was_noted_on_a_run_about_its_approval_ends_with_the_new_one():
    make.error(retry_count=2)
    run = approved(PARK_TRIED)
    held = run.operations.get()
    steering.pause(held, by=run.requester)
    PlaybookRun.objects.update(state_note="The approval fell back.")

    steering.resume(held, by=run.requester)

    run.refresh_from_db()
    assert run.state_note == ""
