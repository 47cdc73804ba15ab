"""What an operation does, in one line."""

import pytest
from django.utils import timezone

from governance.models import Operation
from governance.queries.operations import titles


@pytest.mark.parametrize(
    ("verb", "planned", "filter", "title"),
    [
        ("park", 1, "", "Park 1 error"),
        ("park", 24546, "code=NO_MATCH&disposition=RETRY", "Park 24,546 NO_MATCH errors"),
        ("park", 2, "code=NO_MATCH&code=NO_STATE", "Park 2 errors"),
        ("restore", 2, "", "Restore 2 archived errors"),
        ("reset", 1, "", "Reset 1 company target"),
        ("set_ttl", 3, "", "Change TTL 3 errors"),
    ],
)
def test_a_title_names_verb_rows_and_the_code_that_all_of_them_have(verb, planned, filter, title):
    assert titles.title_of(Operation(verb=verb, planned=planned, filter=filter)) == title


@pytest.mark.parametrize(("rows", "title"), [(1, "Import 1 error"), (1200, "Import 1,200 errors")])
def test_an_import_says_how_many_errors_come(rows, title):
    operation = Operation(kind="import", verb="import", planned=rows, filter="import=3")

    assert titles.title_of(operation) == title


@pytest.mark.parametrize(("started", "title"), [(True, "Park 2 errors"), (False, "Park 3 errors")])
def test_what_has_run_names_the_rows_it_changed(started, title):
    now = timezone.now()
    operation = Operation(
        verb="park",
        state="cancelled",
        planned=3,
        applied=2,
        started_at=now if started else None,
        finished_at=now,
    )

    assert titles.title_of(operation) == title


def test_an_undo_names_what_it_takes_back():
    undo = Operation(kind="undo", verb="park", undoes_id=7, planned=2, filter="operation=OP-7")

    assert titles.title_of(undo) == "Undo OP-7: park 2 errors"
