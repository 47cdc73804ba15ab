"""Legal holds: done, refused, audited, permitted, undone; lifting and taking a hold back need somebody else."""

from typing import Any

import pytest
from django.utils import timezone

from governance.exceptions import ApprovalRequired
from governance.models import ApprovalPolicy, ArchivedError, HubError, Operation
from governance.services.approvals import requests, votes
from governance.services.operations import plans, runner, steering, undos
from governance.verbs.registry import VERBS
from tests import make
from tests.governance import facts
from tests.governance.verbs.promises import Case, EveryVerb

HELD = {"held_by": "counsel", "hold_reason": "Matter 17"}
FREE = {"held_at": None, "held_by": None, "hold_reason": None}


def held(*, archived: bool = False, **given: Any):
    """A row under hold."""
    made = make.archived if archived else make.error
    return made(**HELD, held_at=timezone.now(), **given)


def agreed(operation: Operation) -> Operation:
    """Run a plan once somebody else has agreed to it."""
    approval = requests.make(operation, by=operation.requester)
    votes.approve(approval, by=make.manager())
    operation.refresh_from_db()
    if operation.state in Operation.WAITING_STATES:
        steering.start(operation, by=operation.requester)
    runner.finish(operation)
    return operation


class TestHolds(EveryVerb):
    cases = (
        Case(
            "hold",
            asked={"reason": "Matter 17"},
            after={"hold_reason": "Matter 17", "disposition": "RETRY"},
            refused=HELD | {"held_at": timezone.now()},
            because="under legal hold already",
        ),
        Case(
            "hold_archived",
            asked={"reason": "Matter 17"},
            after={"hold_reason": "Matter 17"},
            refused=HELD | {"held_at": timezone.now()},
            because="under legal hold already",
            row=make.archived,
            becomes=ArchivedError,
        ),
    )

    def test_undo_gives_a_row_back_as_it_was(self, case):
        row = case.row(**case.before)
        before = facts.bytes_of(type(row), without="'{version,updated_at}'")
        operation = case.plan([row])
        runner.run(operation)

        back = undos.plan(operation, by=operation.requester)
        with pytest.raises(ApprovalRequired):
            runner.run(back)
        agreed(back)

        assert facts.outcomes(back) == {row.pk: ("applied", None)}
        assert facts.bytes_of(type(row), without="'{version,updated_at}'") == before


class TestLifting(EveryVerb):
    cases = (
        Case(
            "lift_hold",
            asked={"note": "Matter 17 is closed"},
            before=HELD | {"held_at": timezone.now()},
            after=FREE,
            refused={},
            because="not under legal hold",
        ),
        Case(
            "lift_archived_hold",
            asked={"note": "Matter 17 is closed"},
            before=HELD | {"held_at": timezone.now()},
            after=FREE,
            refused={},
            because="not under legal hold",
            row=make.archived,
            becomes=ArchivedError,
        ),
    )

    @pytest.fixture(autouse=True)
    def somebody_agrees(self, monkeypatch):
        """What this verb promises is promised of plans that are agreed to."""
        run = runner.run

        def run_agreed(operation: Operation) -> None:
            if operation.eligible and operation.state == "planned":
                agreed(operation)
            else:
                run(operation)

        monkeypatch.setattr(runner, "run", run_agreed)


@pytest.mark.django_db
def test_nobody_lifts_a_hold_alone_whoever_he_is():
    row = held()
    by = make.superuser()

    operation = plans.make("lift_hold", errors=[row], by=by, note="closed")

    assert operation.gate == "LEGAL-HOLD"
    with pytest.raises(ApprovalRequired, match="needs approval by policy LEGAL-HOLD"):
        steering.start(operation, by=by)
    row.refresh_from_db()
    assert row.held_at is not None


@pytest.mark.django_db
def test_without_its_policy_no_hold_is_lifted_at_all():
    row = held()
    ApprovalPolicy.objects.update(is_active=False)

    operation = plans.make("lift_hold", errors=[row], by=make.manager(), note="closed")
    runner.run(operation)

    ((outcome, reason),) = facts.outcomes(operation).values()
    assert outcome == "failed"
    assert "somebody else has agreed to" in reason
    assert HubError.objects.get(pk=row.pk).hold_reason == "Matter 17"


def test_an_undo_of_a_hold_is_lifting():
    for name in ("hold", "hold_archived"):
        assert VERBS[VERBS[name].undo_is].subject == VERBS[name].subject
