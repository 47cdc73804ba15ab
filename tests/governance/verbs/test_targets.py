"""Resetting company targets: what holds them back, also what earlier rules leave."""

import pytest

from governance.models import CompanyTarget
from governance.services.operations import command_line, plans
from tests import make
from tests.governance.rules import RESET, RESOLVE, RETRY, planned
from tests.governance.verbs.promises import Case, EveryVerb

pytestmark = pytest.mark.django_db


def test_a_reset_is_judged_by_what_earlier_rules_leave():
    error = make.error()
    target = make.target("failed", outreach=error.outreach)

    alone, after_resolving = planned(RESET), planned(RESOLVE, RESET)

    assert alone.operations.get().refusals == {"has a blocking error": 1}
    assert after_resolving.operations.get(verb="reset").items.get().outcome == "planned"
    command_line.carry_out(after_resolving, approved_by=make.manager())
    target.refresh_from_db()
    assert target.execution_status == CompanyTarget.Status.PENDING


def test_a_target_that_got_a_blocking_error_since_the_plan_is_not_reset():
    target = make.target("failed")
    run = planned(RESET)
    make.error(outreach=target.outreach)

    command_line.carry_out(run, approved_by=make.manager())

    target.refresh_from_db()
    assert target.execution_status == CompanyTarget.Status.FAILED
    assert run.operations.get().items.get().reason == "changed since plan"


def test_a_retry_leaves_the_blocker_that_stops_a_reset():
    error = make.error()
    make.target("failed", outreach=error.outreach)

    run = planned(RETRY, RESET)

    assert run.operations.get(verb="reset").refusals == {"has a blocking error": 1}


def test_a_violation_that_blocks_holds_a_target_back_when_it_is_planned_and_when_it_runs():
    blocked, later, closed = (make.target("failed") for _ in range(3))
    make.violation(outreach=blocked.outreach)
    make.violation("V-GATE-003", outreach=closed.outreach)

    run = planned(RESET)
    make.violation(outreach=later.outreach)
    command_line.carry_out(run, approved_by=make.manager())

    operation = run.operations.get()
    assert operation.refusals == {"has a violation that blocks": 1}
    told = dict(operation.items.values_list("subject_id", "outcome"))
    assert told[str(closed.pk)] == "applied" and told[str(later.pk)] == "skipped"


class TestTargetVerbs(EveryVerb):
    cases = (
        Case(
            "reset",
            after={"execution_status": "pending"},
            refused={"status": "ready"},
            because="not failed",
            row=make.target,
            becomes=CompanyTarget,
        ),
    )


def test_a_reset_keeps_when_the_pipeline_last_ended():
    target = make.target("failed")

    command_line.carry_out(plans.make("reset", errors=[target], by=make.triager()))

    before = target.imo_completed_at
    target.refresh_from_db()
    assert (target.execution_status, target.imo_completed_at) == ("pending", before)


def test_a_parked_error_holds_a_target_back_and_a_closed_one_does_not():
    held, free = make.target("failed"), make.target("failed")
    make.error(outreach=held.outreach, disposition="PARKED")
    make.error(outreach=free.outreach, disposition="RESOLVED")

    operation = plans.make("reset", errors=[held, free], by=make.triager())

    assert (operation.eligible, operation.refusals) == (1, {"has a blocking error": 1})
