"""Planning a whole playbook run, counting what it would do, and taking it back."""

import pytest

from governance.exceptions import ApprovalRequired, NotPermitted, PlanRefused, StateRefused
from governance.models import (
    ApprovalPolicy,
    CompanyTarget,
    HubError,
    Operation,
    PlaybookRun,
)
from governance.services.approvals import requests, votes
from governance.services.operations import command_line, runner, steering, undos
from governance.services.playbooks import run_plans, runs
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


@pytest.mark.django_db
def test_the_first_rule_that_matches_takes_the_row():
    tried, fresh = make.error(retry_count=2), make.error(retry_count=0)

    run = planned(PARK_TRIED, {**RETRY, "max_retries": None})

    taken = [
        set(operation.items.values_list("subject_id", flat=True))
        for operation in run.operations.order_by("position")
    ]
    assert taken == [{str(tried.pk)}, {str(fresh.pk)}]


@pytest.mark.django_db
def test_a_row_that_the_first_rule_refuses_stays_with_it():
    exhausted = make.error(retry_count=3)

    run = planned({**RETRY, "max_retries": None}, {**PARK_TRIED, "min_retries": None})

    retrying, parking = run.operations.order_by("position")
    assert retrying.refusals == {"retries exhausted": 1}
    assert not parking.items.filter(subject_id=exhausted.pk).exists()


@pytest.mark.django_db
def test_one_approval_covers_the_plans_in_their_order():
    make.error(retry_count=2)
    make.error(retry_count=0)

    run, turned = planned(PARK_TRIED, RETRY), planned(RETRY, PARK_TRIED)

    assert run.gate == "PLAYBOOK-RUN"
    assert run.plan_hash != turned.plan_hash


@pytest.mark.django_db
def test_a_run_over_nothing_is_refused():
    with pytest.raises(PlanRefused, match="No row matches a rule"):
        planned(PARK_TRIED)

    assert not PlaybookRun.objects.exists()


@pytest.mark.django_db
def test_a_verb_that_the_person_may_not_use_stops_the_plan():
    make.error()

    with pytest.raises(NotPermitted):
        planned(RETRY, by=make.analyst())


@pytest.mark.django_db
def test_without_a_policy_for_runs_the_gate_of_its_largest_operation_holds():
    ApprovalPolicy.objects.filter(name="PLAYBOOK-RUN").update(is_active=False)
    make.errors(501)

    assert planned(RETRY).gate == "BULK-ROWS"


@pytest.mark.django_db
def test_a_simulation_counts_per_rule_and_changes_nothing():
    make.error(retry_count=2)
    make.errors(2, retry_count=0)
    book = make.playbook([PARK_TRIED]).playbook

    counts = run_plans.simulate([PARK_TRIED, RETRY, RESET], playbook=book)

    assert [(count.matched, count.eligible) for count in counts] == [(1, 1), (2, 2), (0, 0)]
    assert not PlaybookRun.objects.exists()
    assert not Operation.objects.exists()
    assert book.versions.count() == 1


@pytest.mark.django_db
def test_a_simulation_counts_the_gates_that_a_rule_opens():
    make.error(outreach=make.promotable(), retry_count=0)
    make.error(retry_count=0)
    book = make.playbook([RETRY]).playbook
    archive = RETRY | {"verb": "archive", "parameters": {"reason": "MANUAL"}}

    (retried,) = run_plans.simulate([RETRY], playbook=book)
    (archived,) = run_plans.simulate([archive], playbook=book)

    assert (retried.eligible, retried.opened) == (2, 0)
    assert (archived.eligible, archived.opened) == (2, 1)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"owner": "nobody"}, "A rule does not have owner."),
        ({"verb": "forget"}, "A rule does one of"),
        ({"error_table": "people.gone"}, "there is no people.gone."),
        ({"codes": ["CT-M-GONE"]}, "Not registered: CT-M-GONE."),
        ({"filter": "legacy=1"}, "It does not belong to what this rule is about"),
    ],
)
def test_a_rule_that_lost_a_part_is_refused_and_never_widened(change, said):
    make.error(retry_count=2)
    version = make.playbook([RESET, PARK_TRIED | change])

    for plan in (run_plans.make, simulated):
        with pytest.raises(PlanRefused, match="can no longer run") as refusal:
            plan(version, by=make.triager())
        assert "Rule 2" in refusal.value.sentence and said in refusal.value.sentence
    assert not Operation.objects.exists()


def simulated(version, *, by):
    return run_plans.simulate(version.rules, playbook=version.playbook, by=by)
