"""Rows that failed, were skipped or cancelled: whether there is still something to do about them."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from governance.models import HubError, Operation
from governance.queries.operations import leftovers
from governance.services.operations import plans, runner, steering, undos
from tests import make

pytestmark = pytest.mark.django_db


def park(rows, **given) -> Operation:
    return plans.make("park", errors=rows, by=make.triager(), reason="DATA_QUALITY", **given)


def fail(operation: Operation, rows) -> Operation:
    """Let it end with these rows failed and no other change."""
    steering.start(operation, by=operation.requester)
    keys = [str(row.pk) for row in rows]
    operation.items.filter(subject_id__in=keys).update(outcome="failed", reason="no room")
    Operation.objects.filter(pk=operation.pk).update(
        state="done", failed=len(rows), planned=len(rows), finished_at=timezone.now()
    )
    operation.refresh_from_db()
    return operation


def failing(count=2, verb="park", **asked) -> tuple[Operation, list[HubError]]:
    rows = make.errors(count)
    asked = asked or {"reason": "DATA_QUALITY"}
    return fail(plans.make(verb, errors=rows, by=make.triager(), **asked), rows), rows


def test_failed_rows_are_left_until_an_operation_mends_them():
    operation, rows = failing(3)
    before = leftovers.failed([operation])

    runner.run(park(rows[:1]))
    some = leftovers.failed([operation])
    runner.run(park(rows[1:]))

    assert (before, some) == ({operation.pk: 3}, {operation.pk: 2})
    assert leftovers.failed([operation]) == {}


def test_failed_rows_that_plain_sql_mended_or_took_away_are_left_no_longer():
    operation, rows = failing(2)

    HubError.objects.filter(pk=rows[0].pk).update(
        disposition="RESOLVED", resolved_at=timezone.now()
    )
    HubError.objects.filter(pk=rows[1].pk).delete()

    assert leftovers.failed([operation]) == {}


def test_another_change_leaves_a_failed_row_to_do():
    operation, _ = failing(1)

    HubError.objects.update(owner="Platform team")

    assert leftovers.failed([operation]) == {operation.pk: 1}


def test_what_can_be_done_again_and_again_is_done_once_the_row_has_changed():
    operation, _ = failing(1, "retry", note="once more")
    before = leftovers.failed([operation])

    HubError.objects.update(next_retry_at=timezone.now() - timedelta(hours=1))

    assert (before, leftovers.failed([operation])) == ({operation.pk: 1}, {})


def test_an_undo_has_rows_left_until_somebody_changes_them():
    rows = make.errors(1)
    parking = park(rows)
    runner.run(parking)
    undo = fail(undos.plan(parking, by=parking.requester), rows)
    before = leftovers.failed([undo])

    runner.run(plans.make("unpark", errors=rows, by=make.triager()))

    assert (before, leftovers.failed([undo])) == ({undo.pk: 1}, {})


def test_several_operations_are_counted_by_one_query():
    found = [failing(1)[0], failing(2, "resolve", note="fixed")[0]]

    with CaptureQueriesContext(connection) as captured:
        counted = leftovers.failed(found)

    assert len([query for query in captured if "operationitem" in query["sql"]]) == 1
    assert counted == {found[0].pk: 1, found[1].pk: 2}


def test_lines_are_planned_again_only_while_a_row_of_them_is_left():
    operation, rows = failing(2)
    before = leftovers.lines(operation)

    runner.run(park(rows))

    assert before == {("failed", "no room")}
    assert leftovers.lines(operation) == set()


def test_what_was_refused_when_it_was_planned_is_not_left():
    operation = park([make.error(), make.error(disposition="PARKED")])
    runner.run(operation)

    assert leftovers.lines(operation) == set()


def test_of_many_rows_the_first_are_looked_at(monkeypatch):
    monkeypatch.setattr(leftovers, "AT_MOST", 1)
    operation, rows = failing(3)
    first = min(rows, key=lambda row: str(row.pk))
    before = leftovers.lines(operation)

    runner.run(park([first]))

    assert (before, leftovers.lines(operation)) == ({("failed", "no room")}, set())
