"""How operations and runs stand: partial success has words of its own."""

import pytest

from governance.models import Operation
from governance.queries.operations import standings
from governance.services.operations import plans, runner, undos
from tests import make

pytestmark = pytest.mark.django_db


def done(**given):
    return Operation(**{"state": "done", "refusals": {}} | given)


@pytest.mark.parametrize(
    ("operation", "word"),
    [
        (done(planned=3, eligible=3, applied=3), "Done"),
        (done(planned=3, eligible=2, applied=2, skipped=1, refusals={"why": 1}), "Done"),
        (done(planned=3, eligible=3, applied=2, failed=1), "Done in part"),
        (done(planned=3, eligible=3, applied=2, skipped=1), "Done in part"),
        (done(planned=3, eligible=3, skipped=3), "Nothing done"),
        (done(planned=3, eligible=3, failed=3), "Nothing done"),
        (done(planned=1, skipped=1, refusals={"why": 1}), "Nothing to do"),
        (done(), "Nothing to do"),
        (Operation(state="cancelled", planned=3, applied=2, cancelled=1), "Cancelled"),
    ],
)
def test_only_what_has_every_row_of_its_plan_is_done(operation, word):
    assert standings.of(operation).word == word


def test_rows_that_are_missing_are_said_with_why():
    operation = done(planned=9, applied=3, failed=2, skipped=4, refusals={"why": 1})

    assert standings.missing(operation) == ["2 failed", "3 skipped since the plan"]


def parked(by, rows):
    operation = plans.make("park", errors=rows, by=by, reason="DATA_QUALITY")
    runner.run(operation)
    return operation


def undone(operation, by):
    undo = undos.plan(operation, by=by)
    runner.run(undo)
    return undo


def read(operation):
    return Operation.objects.with_undo().get(pk=operation.pk)


def test_an_undone_operation_names_the_undo_that_holds():
    by = make.triager()
    operation = parked(by, make.errors(3))
    undo = undone(operation, by)

    found = read(operation)

    assert (found.undone_by, found.undone_rows) == (undo.pk, 3)
    assert standings.of(found).word == "Undone"
    assert standings.of(read(undo)).word == "Done"


def test_an_undo_that_was_undone_holds_no_more():
    by = make.triager()
    operation = parked(by, make.errors(2))
    undo = undone(operation, by)
    undone(undo, by)

    assert standings.of(read(operation)).word == "Done"
    assert standings.of(read(undo)).word == "Undone"


def test_rows_that_stayed_as_they_were_leave_it_undone_in_part():
    by = make.triager()
    rows = make.errors(2)
    operation = parked(by, rows)
    runner.run(plans.make("resolve", errors=rows[:1], by=by, note="fixed"))
    undone(operation, by)

    assert standings.of(read(operation)).word == "Undone in part"


def test_done_whole_and_done_in_part_are_told_apart_by_the_database():
    whole = make.operation(state="done", planned=2, eligible=2, applied=2)
    part = make.operation(state="done", planned=2, eligible=2, applied=1, skipped=1)
    make.operation(state="planned", planned=2, eligible=2)

    assert list(Operation.objects.whole()) == [whole]
    assert list(Operation.objects.in_part()) == [part]
