"""Where the rows of an operation are: before it, after it, and when it is taken back."""

import pytest

from governance.models import Operation
from governance.queries.operations import places


def undo_of(original: Operation) -> Operation:
    return Operation(kind="undo", verb=original.verb, undoes=original)


@pytest.mark.parametrize(
    ("verb", "before", "after"),
    [
        ("park", "error", "error"),
        ("archive", "error", "archive"),
        ("restore", "archive", "error"),
        ("reset", "company_target", "company_target"),
    ],
)
def test_a_verb_says_where_its_rows_are_and_where_they_go(verb, before, after):
    operation = Operation(verb=verb)

    assert places.before(operation).name == before
    assert places.after(operation).name == after


def test_an_undo_finds_the_rows_where_they_went_and_brings_them_back():
    undo = undo_of(Operation(verb="archive"))

    assert (places.before(undo).name, places.after(undo).name) == ("archive", "error")


def test_the_undo_of_an_undo_goes_the_first_way_again():
    again = undo_of(undo_of(Operation(verb="restore")))

    assert (places.before(again).name, places.after(again).name) == ("archive", "error")
