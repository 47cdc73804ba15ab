"""A call that a person agreed to is made once, and the agreement goes with it."""

import pytest
from django.db import transaction

from governance.canon import reserving, threads
from governance.canon.guard import (
    InteractionType,
    ToolCanonGuard,
    ToolCanonViolationError,
    ToolStopped,
)
from governance.models import Approval, ToolCall, Violation
from tests import make
from tests.governance.services.canon.calling import ENTITY, FACTS, HUB, NOON, approved


def call(entity=ENTITY):
    guard = ToolCanonGuard(lambda: NOON)
    return reserving.GuardedCall(guard, "TOOL-011", HUB, InteractionType.WRITE, FACTS, entity)


@pytest.fixture(autouse=True)
def key(monkeypatch):
    monkeypatch.setenv("RETELL_API_KEY", "known")


def test_it_is_spent_by_the_call_that_is_made_and_lets_no_second_one_through(committed_db):
    approved()

    with reserving.reserving(call()) as correlation_id:
        pass

    assert Approval.objects.get().used_by_call == correlation_id
    with pytest.raises(ToolCanonViolationError) as refused, reserving.reserving(call()):
        pass
    assert refused.value.violation.violation_code == "V-GATE-002"
    assert ToolCall.objects.count() == 1


def test_a_call_without_its_key_leaves_it_unspent(committed_db, monkeypatch):
    approved()
    monkeypatch.delenv("RETELL_API_KEY")

    with pytest.raises(ToolCanonViolationError) as refused, reserving.reserving(call()):
        pass

    assert refused.value.violation.violation_code == "V-TOOL-003"
    assert Approval.objects.get().state == "approved"
    assert [(one.code, one.entity) for one in Violation.objects.all()] == [("V-TOOL-003", ENTITY)]


def test_a_refusal_is_kept_and_knows_its_company(committed_db):
    company = make.promotable()
    unknown = "00000000-0000-4000-8000-000000000000"

    for entity in (str(company.pk), unknown):
        with pytest.raises(ToolCanonViolationError), reserving.reserving(call(entity)):
            pass

    kept = Violation.objects.order_by("id").values_list("code", "outreach_id")
    assert list(kept) == [("V-GATE-002", company.pk), ("V-GATE-002", None)]


def test_it_stays_spent_when_its_caller_rolls_back_after_the_call_went_out(committed_db):
    approved()

    with transaction.atomic():
        with reserving.reserving(call()):
            pass
        transaction.set_rollback(True)

    assert Approval.objects.get().state == "used"
    assert ToolCall.objects.get().status == "succeeded"
    with pytest.raises(ToolCanonViolationError), reserving.reserving(call()):
        pass


def test_while_its_caller_holds_it_himself_nobody_knows_and_all_is_given_back(
    committed_db, monkeypatch
):
    monkeypatch.setattr(threads, "LOCKED_FOR", 20)
    given = approved()

    with transaction.atomic():
        Approval.objects.select_for_update().get(pk=given.pk)
        with pytest.raises(ToolStopped), reserving.reserving(call()):
            pass

    assert ToolCall.objects.get().status == "given_back"
    assert Approval.objects.get().state == "approved"


def test_a_refusal_about_a_company_that_the_caller_has_just_written_about_is_told(
    committed_db, monkeypatch
):
    monkeypatch.setattr(threads, "LOCKED_FOR", 20)
    company = make.promotable()

    with transaction.atomic():
        make.error(outreach=company)
        with pytest.raises(ToolCanonViolationError), reserving.reserving(call(str(company.pk))):
            pass
