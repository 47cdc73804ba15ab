"""A chunk: every row is changed once, or left alone with the reason."""

import pytest

from governance.models import HubError, Operation
from governance.services.operations import plans, runner, steering
from governance.services.operations.sql import chunks
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


def test_an_event_says_what_was_done_and_why_and_an_undo_that_it_leads_back():
    parking = plan("park", [make.error()])
    undo = Operation(kind="undo", verb="park", undoes_id=parking.pk)

    assert (chunks.action_of(parking), chunks.reason_of(parking)) == ("PARK", "DATA_QUALITY")
    assert chunks.action_of(undo) == "UNDO"
    assert chunks.reason_of(undo) == f"undo of OP-{parking.pk} (park)"


def test_items_are_taken_in_order_behind_the_last_one_accounted_for():
    operation = plan("park", make.errors(5))
    keys = list(operation.items.order_by("subject_id").values_list("subject_id", flat=True))
    operation.cursor = keys[1]

    found = chunks.next_items(operation)

    assert [item.subject_id for item in found] == keys[2:]


def test_one_statement_takes_no_more_rows_than_it_was_given():
    operation = plan("park", make.errors(5))
    keys = list(operation.items.order_by("subject_id").values_list("subject_id", flat=True))

    done = chunks.execute(operation, size=3)

    assert (done.applied, done.skipped, done.rows, done.cursor) == (3, 0, 3, keys[2])
    assert {str(row.pk) for row in HubError.objects.filter(disposition="PARKED")} == set(keys[:3])


def test_rows_that_are_gone_are_free_because_nobody_can_hold_them():
    there, gone = make.errors(2)
    operation = plan("park", [there, gone])
    keys = [str(there.pk), str(gone.pk)]
    gone.delete()

    assert chunks.free_rows(operation, keys) == set(keys)


def test_the_item_before_one_is_found_whatever_its_outcome():
    operation = plan("park", make.errors(3))
    keys = list(operation.items.order_by("subject_id").values_list("subject_id", flat=True))

    assert chunks.before(operation, keys[2]) == keys[1]
    assert chunks.before(operation, keys[0]) is None
