"""A chunk: every row is changed once, or left alone with the reason."""

import pytest

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


def test_a_verb_that_changes_the_filtered_field_reaches_every_row_once_over_many_chunks():
    rows = make.errors(30)
    operation = plans.make(
        "park",
        rows=HubError.objects.filter(disposition="RETRY"),
        by=make.triager(),
        filter="disposition=RETRY",
        scope="all",
        reason="DATA_QUALITY",
    )
    steering.start(operation, by=operation.requester)

    more = True
    while more:
        Operation.objects.filter(pk=operation.pk).update(chunk_rows=8)
        more = runner.run_chunk(operation.pk).more

    assert operation.chunks.count() == 4
    assert facts.applied(operation) == {row.pk for row in rows}
    assert set(facts.events(operation).values()) == {1}


def test_the_outcomes_of_any_operation_add_up_to_its_plan():
    fresh, parked, moved = make.errors(3), make.errors(2, disposition="PARKED"), make.errors(2)
    operation = plan("park", [*fresh, *parked, *moved])
    runner.run(plan("resolve", moved))

    runner.run(operation)

    assert operation.counts() == {
        "planned": 7,
        "applied": 3,
        "skipped": 4,
        "failed": 0,
        "cancelled": 0,
    }
    assert facts.adds_up(operation)


def test_a_row_changed_since_the_plan_is_skipped_with_the_reason():
    error = make.error()
    operation = plan("park", [error])
    runner.run(plan("resolve", [error]))

    runner.run(operation)

    assert facts.outcomes(operation) == {error.pk: ("skipped", "changed since plan")}


def test_a_row_changed_by_plain_sql_since_the_plan_is_skipped():
    error = make.error()
    operation = plan("park", [error])
    HubError.objects.filter(pk=error.pk).update(owner="Platform team")

    runner.run(operation)

    assert facts.outcomes(operation) == {error.pk: ("skipped", "changed since plan")}


def test_a_row_gone_since_the_plan_is_skipped_with_the_reason():
    error = make.error(make.LOG)
    operation = plan("assign", [error], owner="HUB-DOL team")
    runner.run(plan("archive", [error]))

    runner.run(operation)

    assert facts.outcomes(operation) == {error.pk: ("skipped", "no longer there")}
