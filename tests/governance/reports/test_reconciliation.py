"""Totals that differ are said, one sentence each."""

import pytest
from django.db import transaction

from governance.reports import reconciliation
from governance.services.operations import command_line
from governance.services.playbooks import reports
from outreach_admin.db.roles import as_owner
from tests import make
from tests.governance.reports.reported import begun


@pytest.mark.usefixtures("committed_db")
def test_totals_are_unreconciled_when_an_outcome_was_rewritten():
    run = begun()
    command_line.carry_out(run)
    first = run.operations.get(position=0)

    with as_owner() as owner, transaction.atomic(), owner.cursor() as cursor:
        cursor.execute("ALTER TABLE governance_operationitem DISABLE TRIGGER a_guard")
        cursor.execute(
            "UPDATE governance_operationitem SET outcome = 'skipped' WHERE plan_key = %s",
            [first.plan_key],
        )
        cursor.execute("ALTER TABLE governance_operationitem ENABLE TRIGGER a_guard")

    found = reports.ensure(run.pk).body
    assert found["differences"] == [f"{first}: its counters say 1 applied, its rows 1 skipped."]


def body(**given) -> dict:
    """A body whose totals agree."""
    tiers = {"NOT_READY": 2, "TIER_0_ANCHOR_DONE": 1}
    return {
        "rules": [{"operation": 7, "applied": 3, "events": 3}],
        "audit": {"PARK": 2, "RETRY": 1, "total": 3},
        "actions": {"dol_errors_parked": 2, "ct_errors_retried": 1},
        "tiers": {"before": tiers, "after": tiers},
        "not_ready": {"ct_pending": 1, "no_ct_record": 1},
    } | given


def test_totals_that_agree_differ_in_nothing():
    assert reconciliation.differences(body(), []) == []


@pytest.mark.parametrize(
    ("given", "sentences"),
    [
        (
            {"rules": [{"operation": 7, "applied": 3, "events": 2}]},
            ["OP-7: 2 events for 3 applied rows."],
        ),
        (
            {"rules": [{"operation": 7, "applied": 4, "events": 4}]},
            ["4 rows were applied, the trail holds 3 events."],
        ),
        (
            {"audit": {"PARK": 2, "total": 3}},
            ["The audit summary adds up to 2, the trail holds 3 events."],
        ),
        (
            {"actions": {"dol_errors_parked": 1}},
            ["The actions add up to 1, the trail holds 3 events."],
        ),
        (
            {"tiers": {"before": {"NOT_READY": 1}, "after": {"NOT_READY": 2}}},
            ["1 company had a tier before, 2 after."],
        ),
        (
            {"not_ready": {"ct_pending": 9}},
            ["9 companies have a reason for being NOT_READY, 2 are."],
        ),
    ],
)
def test_each_total_that_differs_is_one_sentence(given, sentences):
    assert reconciliation.differences(body(**given), []) == sentences


@pytest.mark.django_db
def test_an_operation_whose_outcomes_are_no_plan_is_named():
    operation = make.operation(planned=3, applied=2)

    first, second = reconciliation.differences(body(), [operation])

    assert first == f"{operation}: 2 outcomes for 3 planned rows."
    assert second == f"{operation}: its counters say 2 applied, its rows nothing."
