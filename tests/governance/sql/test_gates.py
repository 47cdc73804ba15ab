"""Four eyes against plain SQL: the database refuses what the services would never do."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone

from governance.models import Approval, ApprovalVote, Operation
from governance.services.approvals import requests, votes
from governance.services.operations import plans, runner, steering
from tests import make

pytestmark = pytest.mark.django_db


def asked() -> Approval:
    """A request to archive an error that blocks."""
    operation = plans.make("archive", errors=[make.error()], by=make.superuser(), reason="MANUAL")
    return requests.make(operation, by=operation.requester)


def sql(statement: str, *values) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def vote(
    approval: Approval, voter, *, decision: str = "approve", plan_hash: str | None = None
) -> None:
    sql(
        "INSERT INTO governance_approvalvote (approval_id, voter_id, decision, plan_hash, comment, channel) VALUES (%s, %s, %s, %s, '', 'sql')",
        approval.pk,
        voter.pk,
        decision,
        plan_hash or approval.plan_hash,
    )


def refused(name: str, statement: str, *values) -> None:
    """The statement breaks the rule of that name, and nothing else happens."""
    with pytest.raises(DatabaseError) as refusal, transaction.atomic():
        sql(statement, *values)
    assert refusal.value.__cause__.diag.constraint_name == name


@pytest.mark.parametrize("decision", ["approve", "reject"])
def test_who_asked_cannot_vote_even_as_superuser_by_plain_sql(decision):
    approval = asked()

    with pytest.raises(IntegrityError, match="cannot vote"), transaction.atomic():
        vote(approval, approval.requester, decision=decision)

    assert not ApprovalVote.objects.exists()


def test_a_vote_on_another_plan_or_a_closed_request_is_refused():
    approval = asked()

    with pytest.raises(IntegrityError, match="another plan"), transaction.atomic():
        vote(approval, make.manager(), plan_hash="0" * 64)
    votes.reject(approval, by=make.manager(), comment="no")
    with pytest.raises(IntegrityError, match="rejected"), transaction.atomic():
        vote(approval, make.manager())


def test_nobody_votes_twice():
    approval, manager = asked(), make.manager()
    vote(approval, manager)

    with pytest.raises(IntegrityError, match="one_vote_a_person"), transaction.atomic():
        vote(approval, manager)


@pytest.mark.parametrize("state", ["approved", "used"])
def test_a_request_is_not_agreed_to_without_enough_votes(state):
    approval = asked()
    update = "UPDATE governance_approval SET state = %s, decided_at = now(), used_at = now() WHERE id = %s"

    refused(
        "quorum_reached" if state == "approved" else "approval_machine", update, state, approval.pk
    )


@pytest.mark.parametrize(
    "policy",
    [
        """'{"name": "ARCHIVE-BLOCKING", "version": 1, "quorum": 0}'""",
        """'{"name": "MINE", "version": 1, "quorum": 1}'""",
    ],
)
def test_a_request_under_a_policy_of_ones_own_is_refused(policy):
    operation = plans.make("archive", errors=[make.error()], by=make.triager(), reason="MANUAL")
    insert = f"INSERT INTO governance_approval (plan_hash, policy, state, requester_id, note, expires_at, operation_id) SELECT plan_hash, {policy}, 'pending', requester_id, '', expires_at, id FROM governance_operation WHERE id = %s"

    refused("approval_policy_known", insert, operation.pk)


@pytest.mark.parametrize(
    "change",
    [
        "plan_hash = repeat('0', 64)",
        "requester_id = (SELECT max(id) FROM auth_user)",
        """policy = '{"quorum": 0}'""",
    ],
)
def test_what_was_asked_cannot_be_edited(change):
    approval = asked()
    make.manager()

    refused(
        "approval_frozen", f"UPDATE governance_approval SET {change} WHERE id = %s", approval.pk
    )


@pytest.mark.parametrize("end", ["withdrawn", "rejected", "expired"])
def test_a_closed_request_is_never_opened_again(end):
    approval = asked()
    sql(
        "UPDATE governance_approval SET state = %s, decided_at = now() WHERE id = %s",
        end,
        approval.pk,
    )

    refused(
        "approval_machine",
        "UPDATE governance_approval SET state = 'pending' WHERE id = %s",
        approval.pk,
    )


def test_a_used_approval_is_not_used_again():
    approval = asked()
    votes.approve(approval, by=make.manager())

    refused(
        "approval_machine",
        "UPDATE governance_approval SET state = 'approved' WHERE id = %s",
        approval.pk,
    )


@pytest.mark.parametrize("way", ["planned", "awaiting"])
def test_a_gated_plan_does_not_run_by_an_update(way):
    operation = plans.make("archive", errors=[make.error()], by=make.triager(), reason="MANUAL")
    name = "approval_required"
    if way == "awaiting":
        requests.make(operation, by=operation.requester)
        name = "operation_machine"

    refused(name, "UPDATE governance_operation SET state = 'running' WHERE id = %s", operation.pk)


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ("""parameters = '{"reason": "SUPERSEDED"}'""", "plan_frozen"),
        ("verb = 'park'", "plan_frozen"),
        ("filter = 'code=X'", "plan_frozen"),
        ("plan_hash = repeat('0', 64)", "plan_frozen"),
        ("requester_id = (SELECT max(id) FROM auth_user)", "plan_frozen"),
        ("as_of = now()", "plan_frozen"),
        ("planned = 2", "plan_frozen"),
        ("id = id + 100", "plan_frozen"),
        ("plan_key = plan_key + 100", "plan_frozen"),
        ("gate = NULL", "gate_frozen"),
        ("state = 'done'", "operation_machine"),
    ],
)
def test_a_frozen_plan_cannot_be_edited(change, name):
    approval = asked()
    make.manager()

    refused(name, f"UPDATE governance_operation SET {change} WHERE id = %s", approval.operation_id)


def test_a_frozen_plan_takes_no_further_rows():
    approval, other = asked(), make.error()

    refused(
        "plan_frozen",
        "INSERT INTO governance_operationitem (plan_key, subject_id, version, outcome) VALUES (%s, %s, 1, 'planned')",
        approval.operation.plan_key,
        other.pk,
    )


@pytest.mark.parametrize("change", ["version = 2", "subject_id = gen_random_uuid()"])
def test_a_planned_row_keeps_its_subject_and_version(change):
    approval = asked()

    refused(
        "plan_frozen",
        f"UPDATE governance_operationitem SET {change} WHERE plan_key = %s",
        approval.operation.plan_key,
    )


def test_an_outcome_is_written_once():
    operation = plans.make("park", errors=[make.error()], by=make.triager(), reason="DATA_QUALITY")
    runner.run(operation)

    refused(
        "outcome_once",
        "UPDATE governance_operationitem SET outcome = 'planned' WHERE plan_key = %s",
        operation.plan_key,
    )


@pytest.mark.parametrize("state", ["planned", "running", "paused"])
def test_an_ended_operation_never_begins_again(state):
    operation = plans.make("park", errors=[make.error()], by=make.triager(), reason="DATA_QUALITY")
    runner.run(operation)

    refused(
        "operation_machine",
        "UPDATE governance_operation SET state = %s WHERE id = %s",
        state,
        operation.pk,
    )


def test_outcomes_that_do_not_add_up_are_refused():
    operation = plans.make("park", errors=make.errors(2), by=make.triager(), reason="DATA_QUALITY")
    steering.start(operation, by=operation.requester)

    refused(
        "outcomes_add_up",
        "UPDATE governance_operation SET state = 'done', applied = 1 WHERE id = %s",
        operation.pk,
    )
    refused(
        "outcomes_within_plan",
        "UPDATE governance_operation SET applied = 3 WHERE id = %s",
        operation.pk,
    )
    assert Operation.objects.get().state == "running"


POLICY = {"name": "BULK-ROWS", "version": 1, "quorum": 1, "hours_valid": 24}


def a_request(**given: Any) -> Approval:
    operation = make.operation(gate="BULK-ROWS")
    wanted: dict[str, Any] = {
        "operation": operation,
        "plan_hash": operation.plan_hash,
        "policy": POLICY,
        "requester": operation.requester,
    }
    return Approval.objects.create(
        **wanted | {"expires_at": timezone.now() + timedelta(hours=1)} | given
    )


def refusal_of(deed: Any) -> str:
    with pytest.raises(IntegrityError) as problem, transaction.atomic():
        deed()
    return problem.value.__cause__.diag.constraint_name


def agree(approval: Approval) -> None:
    ApprovalVote.objects.create(
        approval=approval, voter=make.manager(), decision="approve", plan_hash=approval.plan_hash
    )
    Approval.objects.filter(pk=approval.pk).update(state="approved", decided_at=timezone.now())


@pytest.mark.parametrize("state", ["approved", "used"])
def test_an_approval_cannot_begin_as_given(state):
    now = timezone.now()

    assert (
        refusal_of(lambda: a_request(state=state, decided_at=now, used_at=now))
        == "approval_machine"
    )


@pytest.mark.parametrize("state", ["approved", "running", "paused"])
def test_a_gated_operation_cannot_begin_under_way(state):
    assert refusal_of(lambda: make.operation(gate="BULK-ROWS", state=state)) == "approval_required"


def test_a_request_is_shortened_but_never_prolonged():
    rows = Approval.objects.filter(pk=a_request().pk)
    sooner = timezone.now() + timedelta(minutes=5)

    rows.update(expires_at=sooner)

    assert (
        refusal_of(lambda: rows.update(expires_at=sooner + timedelta(days=1))) == "approval_frozen"
    )


def test_an_approval_is_not_used_after_its_time():
    approval = a_request()
    agree(approval)
    rows = Approval.objects.filter(pk=approval.pk)
    rows.update(expires_at=timezone.now() - timedelta(seconds=1))

    assert (
        refusal_of(lambda: rows.update(state="used", used_at=timezone.now()))
        == "approval_unexpired"
    )


def test_with_a_vote_of_somebody_else_it_is_used_in_time():
    approval = a_request()
    agree(approval)
    Operation.objects.filter(pk=approval.operation_id).update(state="awaiting")
    Operation.objects.filter(pk=approval.operation_id).update(state="approved")

    Approval.objects.filter(pk=approval.pk).update(state="used", used_at=timezone.now())
    Operation.objects.filter(pk=approval.operation_id).update(state="running")

    assert Operation.objects.get(pk=approval.operation_id).state == "running"


def test_an_archived_error_keeps_its_id_and_its_table():
    archived = make.archived(make.DOL)
    rows = type(archived).objects.filter(pk=archived.pk)

    with (
        pytest.raises(IntegrityError, match="keeps its id and its error table"),
        transaction.atomic(),
    ):
        rows.update(error_table=make.CT)
    with (
        pytest.raises(IntegrityError, match="keeps its id and its error table"),
        transaction.atomic(),
    ):
        rows.update(id="00000000-0000-4000-8000-000000000001")
