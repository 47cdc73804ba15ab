"""Who may, and why not: gates, votes, what stops a start."""

from datetime import timedelta

import pytest
from django.utils import timezone

from governance import policies
from governance.models import Approval, ApprovalPolicy, Operation
from governance.services.approvals import votes
from governance.services.operations import plans
from governance.verbs.registry import VERBS
from tests import make
from tests.governance.services.approvals.asked import requested, two_needed

pytestmark = pytest.mark.django_db
ASKED = {
    "park": {"reason": "DATA_QUALITY"},
    "resolve": {"note": "fixed"},
    "archive": {"reason": "MANUAL"},
}


def plan(verb, rows, **given):
    return plans.make(verb, errors=rows, by=make.triager(), **(given or ASKED[verb]))


def test_more_than_500_rows_need_approval_and_archiving_one_blocking_error_does():
    assert plan("assign", make.errors(500), owner="Platform team").gate is None
    assert plan("assign", make.errors(501), owner="Platform team").gate == "BULK-ROWS"
    assert plan("archive", [make.error()]).gate == "ARCHIVE-BLOCKING"
    assert plan("archive", [make.error(disposition="RESOLVED")]).gate is None


def planned(**given) -> Operation:
    return Operation(**{"verb": "archive", "eligible": 1, "state": "planned"} | given)


def gate(operation: Operation, *, blocking_rows: int = 0) -> str | None:
    found = policies.gate_for(operation, blocking_rows=blocking_rows)
    return found.name if found else None


@pytest.fixture
def no_policies():
    ApprovalPolicy.objects.update(is_active=False)


@pytest.mark.parametrize(
    ("person", "plans", "runs", "votes"),
    [
        (make.viewer, False, False, False),
        (make.analyst, False, False, False),
        (make.triager, True, True, False),
        (make.manager, True, True, True),
        (make.superuser, True, True, True),
    ],
)
def test_rights_of_each_role(person, plans, runs, votes):
    somebody, approval = person(), Approval(requester=make.triager())

    assert policies.may_plan(somebody, VERBS["park"]) is plans
    assert policies.may_run(somebody, planned()) is runs
    assert policies.may_vote(somebody, approval) is votes


def test_who_left_may_nothing():
    gone = make.superuser(is_active=False)

    assert not policies.may_plan(gone, VERBS["park"])
    assert not policies.may_run(gone, planned())
    assert not policies.may_vote(gone, Approval(requester=make.triager()))


def test_who_asked_never_votes_superusers_included():
    for person in (make.manager(), make.superuser()):
        assert not policies.may_vote(person, Approval(requester=person))


def test_running_asks_for_the_right_of_the_verb_and_imports_for_theirs():
    assert policies.permission_of(planned(verb="park")) == "governance.park_huberror"
    assert policies.permission_of(planned(kind="undo", verb="park")) == "governance.park_huberror"
    assert policies.permission_of(planned(kind="import", verb="import")) == (
        "governance.import_huberror"
    )


@pytest.mark.usefixtures("no_policies")
def test_a_policy_stops_the_verbs_and_numbers_it_names():
    make.policy(name="MANY", over_rows=10)
    make.policy(name="PARKING", verbs=["park"], only_blocking=True)

    assert gate(planned(eligible=10)) is None
    assert gate(planned(eligible=11)) == "MANY"
    assert gate(planned(verb="park")) is None
    assert gate(planned(verb="park"), blocking_rows=1) == "PARKING"
    assert gate(planned(verb="retry"), blocking_rows=1) is None


@pytest.mark.usefixtures("no_policies")
def test_of_several_policies_the_strictest_holds():
    make.policy(name="LOOSE", hours_valid=48)
    make.policy(name="SHORT", hours_valid=4)
    assert gate(planned()) == "SHORT"

    make.policy(name="TWO", quorum=2, hours_valid=48)
    assert gate(planned()) == "TWO"


@pytest.mark.usefixtures("no_policies")
def test_a_run_is_stopped_by_a_policy_for_runs_else_by_that_of_an_operation():
    make.policy(name="MANY")
    assert policies.gate_for_runs() is None
    assert policies.gate_for_runs(["MANY"]).name == "MANY"

    make.policy(name="RUNS", subject="playbook_run")
    assert policies.gate_for_runs(["MANY"]).name == "RUNS"


def test_a_plan_starts_while_it_waits_and_has_time():
    soon, past = (timezone.now() + timedelta(hours=n) for n in (1, -1))

    assert policies.start_blockers(planned(expires_at=soon)) == []
    assert policies.start_blockers(planned(pk=7, expires_at=past)) == [
        "OP-7 has expired: plan it again."
    ]
    assert policies.start_blockers(planned(pk=7, state="done", expires_at=soon)) == [
        "OP-7 is done."
    ]
    assert policies.start_blockers(planned(pk=7, playbook_run_id=3, expires_at=soon)) == [
        "OP-7 is a part of RUN-3 and begins with it."
    ]


def blockers(approval: Approval, **given) -> list[str]:
    return policies.approval_blockers(approval, **{"plan_hash": approval.plan_hash} | given)


def test_without_an_approval_nobody_has_agreed():
    assert policies.approval_blockers(None, plan_hash="x") == ["Nobody has approved this plan."]


def test_an_approval_covers_its_plan_until_it_is_used_or_expires():
    two_needed()
    approval = requested()
    votes.approve(approval, by=make.manager())

    assert blockers(approval) == [
        "The request is awaiting approval.",
        "It needs the agreement of 2 who may approve.",
    ]
    approval.state, approval.policy["quorum"] = "approved", 1
    assert blockers(approval) == []
    assert blockers(approval, plan_hash="0" * 64) == ["The approval is about another plan."]
    approval.expires_at = timezone.now()
    assert blockers(approval) == ["The approval has expired."]


def test_an_approval_in_use_holds_past_its_expiry():
    approval = requested()
    votes.approve(approval, by=make.manager())
    approval.refresh_from_db()
    approval.expires_at = timezone.now() - timedelta(hours=1)

    assert blockers(approval, in_use=True) == []
    assert blockers(approval)[0] == "The request is approved and started."


def test_a_voter_who_lost_the_right_no_longer_counts():
    approval, manager = requested(), make.manager()
    votes.approve(approval, by=manager)
    approval.refresh_from_db()
    manager.groups.clear()

    assert blockers(approval, in_use=True) == [
        f"A vote no longer counts: {manager} may not approve.",
        "It needs the agreement of 1 who may approve.",
    ]


@pytest.mark.parametrize(
    ("loss", "why"), [("group", "may not approve."), ("account", "is switched off.")]
)
def test_a_vote_that_no_longer_counts_says_whose_and_why(loss, why):
    two_needed()
    approval, leaver = requested(), make.manager()
    for manager in (leaver, make.manager()):
        votes.approve(approval, by=manager)
    make.lose(leaver, loss)

    assert policies.void_votes(approval) == {str(leaver): [f"{leaver} {why}"]}
    assert policies.votes_that_count(approval) == 1


def test_neither_who_asked_nor_who_planned_votes():
    approval, other = requested(by=make.manager()), make.manager()
    renewal = Approval(operation=approval.operation, requester=other)

    assert policies.vote_blockers(other, renewal) == [f"{other} asked for it."]
    assert policies.vote_blockers(approval.requester, renewal) == [
        f"{approval.requester} planned it."
    ]
    assert policies.vote_blockers(make.manager(), renewal) == []


def test_what_may_not_go_on_in_somebodys_name_says_why():
    somebody, operation = make.triager(), make.operation()

    assert policies.run_blockers(somebody, operation) == []
    make.lose(somebody, "group")
    assert policies.run_blockers(somebody, operation) == [
        f"{somebody} no longer has the right to run operation.",
        f"{somebody} no longer has the right to park errors.",
    ]
    make.lose(somebody, "account")
    assert policies.run_blockers(somebody, operation) == [f"{somebody} is switched off."]


def test_who_carries_on_a_run_may_run_playbooks():
    of_run = planned(playbook_run_id=1)

    assert policies.rights_to_go_on(of_run)[-1] == "governance.run_playbook"
    assert "governance.run_playbook" not in policies.rights_to_go_on(planned())


def test_files_leave_for_who_may_export():
    assert policies.may_export(make.analyst())
    assert not policies.may_export(make.viewer())
    assert not policies.may_export(make.superuser(is_active=False))


def test_a_start_is_offered_only_when_it_would_be_accepted():
    free, gated = plan("park", [make.error()]), plan("archive", [make.error()])
    empty = plan("park", [make.error(disposition="PARKED")])

    assert policies.may_start(free.requester, free)
    assert not policies.may_start(make.viewer(), free)
    assert not policies.may_start(gated.requester, gated)
    assert not policies.may_start(empty.requester, empty)


def test_a_start_is_not_offered_once_a_policy_of_a_later_day_stops_it():
    free = plan("park", [make.error()])
    make.policy(name="LATER", verbs=["park"])

    assert not policies.may_start(free.requester, free)
    assert policies.missing_approval(free) == ["Nobody has approved this plan."]


def test_an_approved_plan_that_did_not_start_can_be_started_by_somebody_else():
    approval = requested()
    make.lose(approval.requester, "account")

    votes.approve(approval, by=make.manager())

    waiting = Operation.objects.get(pk=approval.operation_id)
    assert waiting.state == "approved"
    assert policies.may_start(make.triager(), waiting)


def test_one_row_is_done_at_once_by_who_may_plan_and_run():
    triager, park = make.triager(), VERBS["park"]

    assert policies.may_act(triager, park)
    assert not policies.may_act(triager, VERBS["archive"])
    assert not policies.may_act(make.viewer(), park)
    make.lose(triager, "governance.run_operation")
    assert not policies.may_act(type(triager).objects.get(pk=triager.pk), park)


def test_the_gate_of_one_row_is_that_of_its_plan():
    make.policy(name="BLOCKING-PARK", verbs=["park"], only_blocking=True)

    for error in (make.error(), make.error(blocks=False)):
        gate = policies.gate_of_one(VERBS["park"], error)
        assert (gate.name if gate else None) == plan("park", [error]).gate


def test_a_pipeline_votes_on_nothing_even_as_a_manager():
    token, _ = make.token(pipeline="gap-checker")
    token.account.groups.set(make.manager().groups.all())

    blockers = policies.vote_blockers(token.account, requested())

    assert blockers == ["gap-checker is a pipeline: only people approve."]


def test_who_may_make_and_revoke_tokens():
    person, manager = make.viewer(), make.manager()
    own, _ = make.token(account=person)
    pipeline, _ = make.token(pipeline="gap-checker")

    assert policies.may_make_token(person, account=person)
    assert not policies.may_make_token(manager, account=person)
    assert not policies.may_make_token(person)
    assert policies.may_make_token(manager)
    assert policies.may_make_token(make.admin(), account=pipeline.account)
    assert [policies.may_revoke(person, one) for one in (own, pipeline)] == [True, False]
    assert [policies.may_revoke(manager, one) for one in (own, pipeline)] == [True, True]
    make.lose(person, "account")
    assert not policies.may_revoke(person, own)
