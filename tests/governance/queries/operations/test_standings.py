"""How operations and runs stand: partial success has words of its own."""

from collections import Counter

import pytest

from governance.models import HubError, Operation
from governance.queries.operations import standings
from governance.services.operations import command_line, plans, runner, undos
from tests import make
from tests.governance.rules import RESOLVE, RETRY, planned

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


def test_every_piece_of_a_bar_has_a_figure_and_a_word():
    operation = done(planned=9, eligible=8, applied=3, failed=2, skipped=4, refusals={"why": 1})

    assert [piece[:2] for piece in standings.pieces(operation)] == [
        (3, "applied"),
        (1, "refused"),
        (3, "skipped since the plan"),
        (2, "failed"),
    ]
    assert standings.in_words(operation).startswith("3 applied, 1 refused, 3 skipped")
    assert standings.in_words(done(planned=3, eligible=3, applied=3)) == ""


def test_what_was_never_begun_is_not_called_cancelled():
    rejected = Operation(state="rejected", planned=3, eligible=3, cancelled=3)

    assert standings.in_words(rejected) == "3 never begun"


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


def test_what_is_undone_is_neither_full_nor_green():
    by = make.triager()
    operation = parked(by, make.errors(2))
    undone(operation, by)

    assert standings.pieces(read(operation)) == [(2, "undone", "none")]


def test_a_run_adds_up_the_pieces_of_its_operations():
    tried, _ = make.error(retry_count=2), make.error(retry_count=1)
    run = planned(RETRY, RESOLVE)
    HubError.objects.filter(pk=tried.pk).update(owner="Somebody")
    command_line.carry_out(run, approved_by=make.manager())

    assert standings.in_words(run) == "1 applied, 1 skipped since the plan"


WAYS = {
    "done": {"eligible": 2, "applied": 2},
    "done_in_part": {"eligible": 2, "applied": 1, "skipped": 1},
    "nothing_done": {"eligible": 2, "skipped": 2},
    "nothing_to_do": {"eligible": 0, "skipped": 2, "refusals": {"why": 2}},
}


def test_the_database_says_of_each_how_it_stands_as_pages_do():
    by = make.triager()
    operation = parked(by, make.errors(2))
    undone(operation, by)
    for given in WAYS.values():
        make.operation(state="done", planned=2, **given)
    for state in {*Operation.State.values} - {"done"}:
        left = 2 if state in Operation.FINAL_STATES else 0
        make.operation(state=state, planned=2, eligible=2, cancelled=left)

    found = list(standings.with_standing(Operation.objects.all()))

    assert [one.standing for one in found] == [standings.of(one).key for one in found]
    assert {one.standing for one in found} >= {*WAYS, *Operation.State.values, "undone"}
    assert standings.counts() == Counter(one.standing for one in found)


def test_every_way_to_stand_can_be_asked_for():
    listed = dict(standings.choices())

    assert listed["done_in_part"] == "Done in part"
    assert listed.keys() >= {*Operation.State.values, *WAYS, "undone", "undone_in_part"}
