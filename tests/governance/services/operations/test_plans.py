"""Planning: what is frozen, what is refused, what is planned again."""

import pytest

from governance.exceptions import PlanRefused, StateRefused
from governance.models import HubError, Operation
from governance.services.operations import plans, runner, steering
from tests import make
from tests.governance import facts

pytestmark = pytest.mark.django_db
ASKED = {
    "park": {"reason": "DATA_QUALITY"},
    "resolve": {"note": "fixed"},
    "archive": {"reason": "MANUAL"},
}


def plan(verb, rows, **given):
    return plans.make(verb, errors=rows, by=make.triager(), **(given or ASKED[verb]))


def started(rows, *, chunk_rows=1000):
    operation = plan("park", rows)
    Operation.objects.filter(pk=operation.pk).update(chunk_rows=chunk_rows)
    steering.start(operation, by=operation.requester)
    return operation


@pytest.mark.parametrize(
    ("verb", "asked"),
    [
        ("park", {}),
        ("park", {"reason": "BECAUSE"}),
        ("park", {"reason": "DATA_QUALITY", "colour": "red"}),
        ("resolve", {"note": " "}),
        ("archive", {"reason": "TTL_EXPIRED"}),
        ("assign", {"owner": "Nobody"}),
    ],
)
def test_a_plan_with_missing_unknown_or_wrong_parameters_is_refused(verb, asked):
    with pytest.raises(PlanRefused):
        plans.make(verb, errors=[make.error()], by=make.triager(), **asked)

    assert not Operation.objects.exists()


def test_a_plan_over_nothing_is_refused():
    with pytest.raises(PlanRefused):
        plan("park", [])

    assert not Operation.objects.exists()


def test_the_same_rows_and_parameters_have_the_same_hash_and_others_another():
    rows = make.errors(3)

    first, second = plan("park", rows), plan("park", rows)
    other_reason = plan("park", rows, reason="EXTERNAL_DEPENDENCY")
    fewer = plan("park", rows[:2])
    HubError.objects.filter(pk=rows[0].pk).update(owner="Platform team")
    other_version = plan("park", rows)

    assert first.plan_hash == second.plan_hash
    assert (
        len({first.plan_hash, other_reason.plan_hash, fewer.plan_hash, other_version.plan_hash})
        == 4
    )


def test_the_failed_and_skipped_rows_are_planned_again_alone():
    changed, fine = make.errors(2), make.errors(2)
    operation = plan("park", [*changed, *fine])
    HubError.objects.filter(pk__in=[row.pk for row in changed]).update(owner="Platform team")
    runner.run(operation)

    again = plans.again(
        operation, by=operation.requester, outcome="skipped", reason="changed since plan"
    )
    runner.run(again)

    assert (again.retries, again.parameters) == (operation, operation.parameters)
    assert facts.applied(again) == {row.pk for row in changed}


def test_nothing_is_planned_again_while_the_operation_runs():
    operation = started([make.error()])

    with pytest.raises(StateRefused):
        plans.again(operation, by=operation.requester, outcome="failed")


def test_a_changed_parameter_makes_a_new_plan_over_the_same_rows_and_discards_the_old():
    rows = make.errors(2)
    operation = plan("park", rows, reason="DATA_QUALITY")

    revised = plans.revise(
        operation, by=operation.requester, reason="EXTERNAL_DEPENDENCY", owner="", ttl_tier=""
    )

    operation.refresh_from_db()
    assert operation.state == "cancelled"
    assert revised.parameters == {"reason": "EXTERNAL_DEPENDENCY"}
    assert set(facts.outcomes(revised)) == set(facts.outcomes(operation))
    assert revised.plan_hash != operation.plan_hash


def test_a_wrong_new_parameter_keeps_the_old_plan():
    operation = plan("park", [make.error()])

    with pytest.raises(PlanRefused):
        plans.revise(operation, by=operation.requester, reason="BECAUSE")

    operation.refresh_from_db()
    assert operation.state == "planned"


def test_nothing_is_planned_again_that_others_have_done_meanwhile():
    changed = make.error()
    operation = plans.make("park", errors=[changed], by=make.triager(), reason="DATA_QUALITY")
    HubError.objects.update(owner="Platform team")
    runner.run(operation)
    runner.run(plans.make("park", errors=[changed], by=make.triager(), reason="DATA_QUALITY"))

    with pytest.raises(PlanRefused, match="1 already parked"):
        plans.again(operation, by=operation.requester, outcome="skipped")

    assert not operation.retried_by.exists()
