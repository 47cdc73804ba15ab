"""Four eyes in the database, against plain SQL: an agreement cannot be written down, prolonged or used too late."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from governance.models import Approval, ApprovalVote, Operation
from tests import make

pytestmark = pytest.mark.django_db
POLICY = {"name": "BULK-ROWS", "version": 1, "quorum": 1, "hours_valid": 24}


def request(**given: Any) -> Approval:
    operation = make.operation(gate="BULK-ROWS")
    wanted: dict[str, Any] = {"operation": operation, "plan_hash": operation.plan_hash, "policy": POLICY, "requester": operation.requester}
    return Approval.objects.create(**wanted | {"expires_at": timezone.now() + timedelta(hours=1)} | given)


def refused(deed: Any) -> str:
    with pytest.raises(IntegrityError) as problem, transaction.atomic():
        deed()
    return problem.value.__cause__.diag.constraint_name


def agree(approval: Approval) -> None:
    ApprovalVote.objects.create(approval=approval, voter=make.manager(), decision="approve", plan_hash=approval.plan_hash)
    Approval.objects.filter(pk=approval.pk).update(state="approved", decided_at=timezone.now())


@pytest.mark.parametrize("state", ["approved", "used"])
def test_an_approval_cannot_begin_as_given(state):
    now = timezone.now()

    assert refused(lambda: request(state=state, decided_at=now, used_at=now)) == "approval_machine"


@pytest.mark.parametrize("state", ["approved", "running", "paused"])
def test_a_gated_operation_cannot_begin_under_way(state):
    assert refused(lambda: make.operation(gate="BULK-ROWS", state=state)) == "approval_required"


def test_a_request_is_shortened_but_never_prolonged():
    rows = Approval.objects.filter(pk=request().pk)
    sooner = timezone.now() + timedelta(minutes=5)

    rows.update(expires_at=sooner)

    assert refused(lambda: rows.update(expires_at=sooner + timedelta(days=1))) == "approval_frozen"


def test_an_approval_is_not_used_after_its_time():
    approval = request()
    agree(approval)
    rows = Approval.objects.filter(pk=approval.pk)
    rows.update(expires_at=timezone.now() - timedelta(seconds=1))

    assert refused(lambda: rows.update(state="used", used_at=timezone.now())) == "approval_unexpired"


def test_with_a_vote_of_somebody_else_it_is_used_in_time():
    approval = request()
    agree(approval)
    Operation.objects.filter(pk=approval.operation_id).update(state="awaiting")
    Operation.objects.filter(pk=approval.operation_id).update(state="approved")

    Approval.objects.filter(pk=approval.pk).update(state="used", used_at=timezone.now())
    Operation.objects.filter(pk=approval.operation_id).update(state="running")

    assert Operation.objects.get(pk=approval.operation_id).state == "running"


def test_an_archived_error_keeps_its_id_and_its_table():
    archived = make.archived(make.DOL)
    rows = type(archived).objects.filter(pk=archived.pk)

    with pytest.raises(IntegrityError, match="keeps its id and its error table"), transaction.atomic():
        rows.update(error_table=make.CT)
    with pytest.raises(IntegrityError, match="keeps its id and its error table"), transaction.atomic():
        rows.update(id="00000000-0000-4000-8000-000000000001")
