"""Where the rows of an operation are: before it, after it, and when it is taken back."""

import pytest
from django.db import connection

from governance.models import ArchivedError, HubError, Operation
from governance.queries.operations import places
from governance.services.operations import plans, runner
from tests import make


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


@pytest.mark.django_db
def test_rows_are_told_by_their_table_wherever_they_went_since():
    live, moved, gone = make.errors(3)
    other = make.error(make.DOL)
    operation = plans.make(
        "park", errors=[live, moved, gone, other], by=make.triager(), reason="DATA_QUALITY"
    )
    runner.run(operation)
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('outreach.operation', '', true)")
    HubError.objects.filter(pk__in=[moved.pk, gone.pk]).update(disposition="ARCHIVED")
    ArchivedError.objects.filter(pk=gone.pk).delete()

    def of(*tables: str) -> set[str]:
        found = operation.items.filter(places.of_tables(operation, tables))
        return set(found.values_list("subject_id", flat=True))

    assert ArchivedError.objects.get().pk == moved.pk
    assert of(make.CT) == {str(row.pk) for row in (live, moved, gone)}
    assert of(make.DOL) == {str(other.pk)}
    assert len(of(make.CT, make.DOL)) == 4 and of("nothing") == of() == set()


def test_rows_that_are_no_errors_are_of_no_table():
    assert places.of_tables(Operation(verb="reset"), ["outreach.dol_errors"]) is None
