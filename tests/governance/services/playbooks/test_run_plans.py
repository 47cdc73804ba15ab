"""Taking a whole playbook run back: one plan, one approval, every row to its own former state."""

import pytest

from governance.exceptions import ApprovalRequired, NotPermitted, PlanRefused, StateRefused
from governance.models import CompanyTarget, HubError
from governance.services.approvals import requests, votes
from governance.services.operations import command_line, runner, steering, undos
from governance.services.playbooks import reports, run_plans, runs
from tests import make
from tests.governance import facts
from tests.governance.rules import PARK_TRIED, RESET, RETRY, approved, planned, states

pytestmark = pytest.mark.django_db
# versions only rise, and the time of the last change is the undo's
KEPT = "'{version,updated_at}'"


def digests():
    return [facts.bytes_of(model, without=KEPT) for model in (HubError, CompanyTarget)]


@pytest.fixture
def before():
    """The rows as they were before the run of `done`."""
    for tries in (2, 0, 0):
        make.error(retry_count=tries)
    make.target("failed")
    return digests()


@pytest.fixture
def done(before):
    run = approved(PARK_TRIED, RETRY, RESET)
    command_line.carry_out(run)
    return run


def test_one_approval_gives_the_rows_of_all_its_operations_back(before, done):
    assert digests() != before
    back = run_plans.undo(done, by=done.requester)
    with pytest.raises(ApprovalRequired):
        runs.start(back, by=back.requester)

    command_line.carry_out(back, approved_by=make.manager())

    assert digests() == before
    assert (back.state, back.undoes, states(back)) == ("done", done, ["done"] * 3)
    assert [step.undoes.position for step in back.operations.order_by("position")] == [2, 1, 0]


def test_an_undo_has_no_report_of_its_own(done):
    reports.ensure(done.pk)
    back = run_plans.undo(done, by=done.requester)
    command_line.carry_out(back, approved_by=make.manager())

    assert reports.ensure(back.pk) is None
    assert reports.ensure_all() == 0


def test_an_undo_can_be_undone(done):
    after = digests()
    back = run_plans.undo(done, by=done.requester)
    command_line.carry_out(back, approved_by=make.manager())

    again = run_plans.undo(back, by=back.requester)
    command_line.carry_out(again, approved_by=make.manager())

    assert digests() == after


def test_it_is_undone_once(done):
    back = run_plans.undo(done, by=done.requester)
    with pytest.raises(StateRefused, match="already undoes"):
        run_plans.undo(done, by=done.requester)

    command_line.carry_out(back, approved_by=make.manager())

    with pytest.raises(PlanRefused, match="left to undo"):
        run_plans.undo(done, by=done.requester)


def test_what_was_undone_by_itself_is_left_out(done):
    parking = done.operations.get(position=0)
    runner.run(undos.plan(parking, by=done.requester))

    back = run_plans.undo(done, by=done.requester)

    assert {step.undoes_id for step in back.operations.all()} == set(
        done.operations.exclude(pk=parking.pk).values_list("pk", flat=True)
    )


def test_an_undo_that_waits_for_one_operation_stops_that_of_the_run(done):
    waiting = undos.plan(done.operations.get(position=0), by=done.requester)

    with pytest.raises(StateRefused, match=waiting.reference):
        run_plans.undo(done, by=done.requester)

    assert not done.undos.exists()
    steering.discard(waiting, by=done.requester)
    assert run_plans.undo(done, by=done.requester).eligible == 4


def test_a_rejected_undo_can_be_planned_again(done):
    back = run_plans.undo(done, by=done.requester)
    votes.reject(requests.make(back, by=back.requester), by=make.manager(), comment="Not today.")

    assert run_plans.undo(done, by=done.requester).eligible == 4


def test_a_run_under_way_and_one_that_never_began_are_not_undone(before):
    with pytest.raises(StateRefused, match="wait until it has ended"):
        run_plans.undo(approved(RETRY), by=make.triager())
    discarded = planned(PARK_TRIED)
    runs.discard(discarded, by=discarded.requester)
    with pytest.raises(PlanRefused, match="left to undo"):
        run_plans.undo(discarded, by=discarded.requester)


def test_nobody_undoes_a_run_without_the_right(done):
    with pytest.raises(NotPermitted):
        run_plans.undo(done, by=make.analyst())
