"""What somebody who decides on a request has to know: the plans, their effect, his own standing."""

from datetime import timedelta

import pytest
from django.utils import timezone

from governance.models import Approval, HubError, Operation
from governance.queries import approvals
from governance.services.approvals import requests, votes
from governance.services.operations import plans, runner, steering
from governance.services.playbooks import run_plans
from tests import make
from tests.governance.rules import PARK_TRIED, RESOLVE, planned
from tests.governance.services.approvals import asked
from tests.governance.services.approvals.asked import requested, two_needed

pytestmark = pytest.mark.django_db


def opened(approval: Approval, reader=None, *, later=timedelta(0)) -> approvals.Opened:
    return approvals.of(approval, reader=reader or make.manager(), at=timezone.now() + later)


def states(found: approvals.Opened) -> list[str]:
    return [check.state for check in found.checks]


def test_a_request_is_opened_with_its_plan_and_a_sample_of_its_rows():
    rows = [*make.errors(2), make.error(make.LOG)]
    operation = plans.make("archive", errors=rows, by=make.triager(), reason="MANUAL")
    approval = requests.make(operation, by=operation.requester)

    found = opened(approval)

    assert (found.operations, found.eligible, found.skipped) == ([operation], 3, 0)
    assert {one.row.pk for one in found.sample} == {row.pk for row in rows}
    assert (found.is_open, found.undoable, found.votes) == (True, True, [])


def test_every_condition_holds_for_a_manager_and_two_do_not_for_who_asked():
    approval = requested()

    assert states(opened(approval)) == ["holds", "holds", "holds", "waits"]
    asked = opened(approval, approval.requester)
    assert states(asked) == ["fails", "fails", "holds", "waits"]
    assert asked.checks[0].text == "You are the requester"


def test_an_expired_request_is_closed_and_shows_no_sample():
    found = opened(requested(), later=timedelta(hours=25))

    assert (found.is_open, found.sample, found.overlaps) == (False, [], [])
    assert states(found) == ["holds", "holds", "holds", "fails"]


def test_a_plan_that_is_no_longer_the_one_asked_for_is_said():
    approval = requested()
    approval.operation.plan_hash = "0" * 64

    assert states(opened(approval)) == ["holds", "holds", "fails", "waits"]


def test_rows_that_changed_since_the_plan_are_counted_though_its_hash_stands():
    rows = make.errors(3)
    operation = plans.make("archive", errors=rows, by=make.triager(), reason="MANUAL")
    approval = requests.make(operation, by=operation.requester)
    HubError.objects.filter(pk__in=[row.pk for row in rows[:2]]).update(owner="Somebody")

    found = opened(approval)

    assert [(one.operation, one.rows) for one in found.moved] == [(operation, 2)]
    assert found.checks[2].state == "warns"
    assert found.checks[2].text == "2 rows have changed since the plan"


def test_votes_given_are_counted_against_the_quorum():
    two_needed()
    approval = requested()
    first = make.manager()
    votes.approve(approval, by=first)

    found = opened(approval)

    assert [voice.vote.voter for voice in found.votes] == [first]
    assert found.checks[3].note == "1 of 2 approvals, valid 24 h, used once"
    assert found.checks[3].state == "waits"


def test_other_plans_over_the_same_rows_are_shown():
    error = make.error()
    operation = plans.make("archive", errors=[error], by=make.triager(), reason="MANUAL")
    other = plans.make("park", errors=[error], by=make.triager(), reason="DATA_QUALITY")

    found = opened(requests.make(operation, by=operation.requester))

    assert [(one.operation, one.rows) for one in found.overlaps] == [(other, 1)]
    check = found.checks[-1]
    assert (check.state, check.part) == ("warns", "overlaps")
    assert check.text == "Shares rows with 1 other plan"


def test_of_many_other_plans_the_check_says_that_there_may_be_more():
    error = make.error()
    operation = plans.make("archive", errors=[error], by=make.triager(), reason="MANUAL")
    for _ in range(6):
        plans.make("park", errors=[error], by=operation.requester, reason="DATA_QUALITY")

    found = opened(requests.make(operation, by=operation.requester))

    assert found.checks[-1].text == "Shares rows with at least 5 other plans"


def test_a_request_for_a_run_is_about_all_its_plans_in_their_order():
    make.error(retry_count=2)
    make.error(retry_count=0)
    run = planned(PARK_TRIED, RESOLVE)

    found = opened(requests.make(run, by=run.requester))

    assert [operation.verb for operation in found.operations] == ["park", "resolve"]
    assert (found.eligible, found.sample, found.effect["companies"]) == (2, [], 2)


def test_what_clears_nothing_opens_no_gate():
    effect = {
        "companies": 2,
        "blocked_companies": 2,
        "last_blocker": 2,
        "hubs": 2,
        "gates": 1,
    }
    parking = Operation(effect=effect | {"clears": False})
    resolving = Operation(effect=effect | {"clears": True})
    resetting = Operation(effect={"companies": 4, "blocking_rows": 0})

    assert approvals.effect_of([parking, resolving, resetting]) == {
        "companies": 8,
        "blocked_companies": 4,
        "last_blocker": 2,
        "hubs": 2,
        "gates": 1,
        "expiring_48h": 0,
        "closes": 0,
        "tier_changes": 0,
    }


def test_approvers_are_those_whose_votes_let_it_run():
    two_needed()
    approval, rejected = requested(), requested()
    first, second = make.manager(), make.manager()
    votes.approve(approval, by=first)
    before = approvals.approvers(approval.operation)
    votes.approve(approval, by=second)
    votes.reject(rejected, by=first, comment="no")

    assert before == []
    assert approvals.approvers(approval.operation) == [first, second]
    assert approvals.approvers(rejected.operation) == []


def test_the_steps_of_a_run_have_the_approvers_of_the_run():
    make.error(retry_count=2)
    run = run_plans.make(make.playbook([PARK_TRIED]), by=make.triager())
    manager = make.manager()
    votes.approve(requests.make(run, by=run.requester), by=manager)

    assert approvals.approvers(run.operations.get()) == [manager]


def test_without_a_gate_nobody_is_asked_after(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert approvals.approvers.__wrapped__(Operation(pk=1, gate=None)) == []


def test_a_vote_that_no_longer_counts_is_shown_as_such_while_it_matters():
    two_needed()
    approval, leaver = requested(), make.manager()
    votes.approve(approval, by=leaver)
    make.lose(leaver, "account")

    found = opened(approval)

    assert [voice.void for voice in found.votes] == [f"{leaver} is switched off."]
    assert found.checks[3].note.startswith("0 of 2 approvals")


def test_what_is_over_is_not_judged_again():
    approval, leaver = requested(), make.manager()
    votes.approve(approval, by=leaver)
    approval.refresh_from_db()
    runner.finish(approval.operation)
    make.lose(leaver, "account")

    assert [voice.void for voice in opened(approval).votes] == [""]


def test_an_asker_who_was_switched_off_is_told_to_who_decides():
    approval = requested()
    make.lose(approval.requester, "account")

    found = opened(Approval.objects.get(pk=approval.pk))

    assert states(found) == ["holds", "holds", "holds", "waits", "warns"]
    assert found.checks[-1].text == f"{approval.requester} is switched off"


def held():
    """An operation that somebody paused, and whose approver was switched off."""
    approval, voter = requested(), make.manager()
    votes.approve(approval, by=voter)
    approval.operation.refresh_from_db()
    steering.pause(approval.operation, by=approval.requester)
    make.lose(voter, "account")
    return approval.operation


def test_held_work_waits_for_a_request_then_for_its_votes_then_for_who_resumes():
    operation = held()
    assert approvals.renewal_of(operation) == approvals.Renewal(operation, None)

    renewal = requests.make(operation, by=operation.requester)
    assert approvals.renewal_of(operation) == approvals.Renewal(operation, renewal)
    assert not approvals.renewal_of(operation).is_given

    make.lose(operation.requester, "account")
    votes.approve(renewal, by=make.manager())
    assert approvals.renewal_of(operation).is_given


def test_work_whose_approval_holds_waits_for_no_new_one():
    approval = requested()
    votes.approve(approval, by=make.manager())
    approval.operation.refresh_from_db()
    running = approvals.held_operation(approval.operation)
    steering.pause(approval.operation, by=approval.requester)

    assert (running, approvals.held_operation(approval.operation)) == (None, None)
    assert approvals.held_operation(make.operation(state="paused")) is None


def test_a_run_is_held_by_its_step():
    run, voter = asked.two_steps(), make.manager()
    votes.approve(requests.make(run, by=run.requester), by=voter)
    step = run.operations.get(position=0)
    steering.pause(step, by=run.requester)
    make.lose(voter, "account")

    assert approvals.held_operation(run) == step
    assert approvals.held_operation(step) is None
