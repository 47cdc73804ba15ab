"""A call that a person agreed to is made once, and the agreement goes with it."""

import pytest

from governance.canon import reserving
from governance.canon.guard import InteractionType, ToolCanonGuard, ToolCanonViolationError
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
