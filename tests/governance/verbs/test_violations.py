"""Every verb of violations: what it changes, what it refuses, what it leaves in the audit trail, who may."""

from functools import partial

import pytest

from governance.exceptions import PlanRefused
from governance.models import Event, Readiness, ViolationCase
from governance.services.operations import plans, runner, undos
from governance.verbs.registry import VERBS
from tests import make
from tests.governance import facts
from tests.governance.verbs.promises import Case, EveryVerb

pytestmark = pytest.mark.django_db


def case(disposition="PARKED", **columns):
    """A case in any disposition, as it is led there."""
    made = make.violation("V-TOOL-003" if disposition != "PARKED" else "V-GATE-001")
    given = (
        columns if disposition in ("PARKED", "RETRY") else columns | {"disposition": disposition}
    )
    if given:
        ViolationCase.objects.filter(pk=made.pk).update(
            **make.paired_facts(given.get("disposition", "")) | given
        )
    made.refresh_from_db()
    return made


def is_in(disposition):
    return {"disposition": disposition}


Promise = partial(Case, row=case, becomes=ViolationCase)
CASES = (
    Promise(
        "park_violation",
        asked={"reason": "DATA_QUALITY", "owner": "Platform team"},
        before=is_in("RETRY"),
        after=is_in("PARKED") | {"park_reason": "DATA_QUALITY", "owner": "Platform team"},
        refused=is_in("PARKED"),
        because="already parked",
    ),
    Promise(
        "retry_violation",
        before=is_in("PARKED"),
        after=is_in("RETRY") | {"retry_count": 1, "parked_by": None},
        refused=is_in("RETRY"),
        because="a further call is queued already",
    ),
    Promise(
        "resolve_violation",
        asked={"note": "mended"},
        after=is_in("RESOLVED") | {"resolution_note": "mended", "park_reason": None},
        refused=is_in("RESOLVED"),
        because="already resolved",
    ),
    Promise(
        "reopen_violation",
        asked={"note": "it came back"},
        before=is_in("RESOLVED"),
        after=is_in("RETRY") | {"resolved_at": None},
        refused={},
        because="not resolved",
    ),
    Promise(
        "archive_violation",
        asked={"note": "old"},
        before=is_in("RESOLVED"),
        after=is_in("ARCHIVED") | {"resolved_at": None},
        refused=is_in("ARCHIVED"),
        because="already archived",
    ),
    Promise(
        "ignore_violation",
        asked={"note": "noise"},
        before=is_in("RETRY"),
        after=is_in("IGNORE"),
        refused={},
        because="parked: retry it first",
    ),
    Promise(
        "assign_violation",
        asked={"owner": "Platform team"},
        after={"owner": "Platform team"},
        refused={"owner": "Platform team"},
        because="already theirs",
    ),
)


class TestViolationVerbs(EveryVerb):
    cases = CASES

    def test_it_leaves_one_event_a_row_with_actor_operation_and_reason(self, case):
        row, by = case.row(**case.before), make.triager()

        operation = case.plan([row], by=by)
        runner.run(operation)

        event = Event.objects.get(operation_id=operation.pk)
        assert (event.subject_type, event.subject_key) == ("governance.violation", str(row.pk))
        assert (event.action, event.actor) == (VERBS[case.verb].action, by.username)
        assert event.outreach_id == row.outreach_id
        assert event.reason == (case.asked.get("reason") or case.asked.get("note") or None)


@pytest.mark.parametrize("disposition", ["RETRY", "PARKED", "IGNORE", "ARCHIVED", "RESOLVED"])
def test_whatever_a_verb_offers_the_database_lets_it_do(disposition):
    asked = {one.verb: one.asked for one in CASES}
    for name in asked:
        row = case(disposition)
        operation = plans.make(name, errors=[row], by=make.triager(), **asked[name])
        if not operation.eligible:
            continue

        runner.run(operation)

        assert facts.outcomes(operation) == {row.pk: ("applied", None)}, name


def test_a_company_may_go_on_when_its_last_violation_is_resolved_and_not_after_undo():
    on = make.promotable()
    row = make.violation(outreach=on)
    operation = plans.make("resolve_violation", errors=[row], by=make.triager(), note="mended")

    runner.run(operation)
    assert Readiness.objects.get(pk=on.pk).promotable is True
    runner.run(undos.plan(operation, by=operation.requester))

    assert Readiness.objects.get(pk=on.pk).promotable is False


def test_nothing_is_parked_without_a_reason():
    with pytest.raises(PlanRefused, match="Reason"):
        plans.make("park_violation", errors=[case("RETRY")], by=make.triager())
