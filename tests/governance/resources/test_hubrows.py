"""Rows of hub tables that come in as JSON: read by the cells of files, brought in as operations."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from governance.exceptions import NotPermitted
from governance.models import DolFiling, ImportFile, Operation
from governance.resources import hubrows
from governance.services.operations import plans
from governance.verbs import registry
from tests import make
from tests.governance.services.files import hub_files

pytestmark = pytest.mark.django_db

MEASURED = (0, "0" * 64)


def brought(table: str, *rows, by, **given) -> hubrows.Verdict:
    verb = registry.bringing_in(table)
    return hubrows.bring_in(verb, rows, by=by, measured=MEASURED, **given)


def rows_of(count: int) -> list[dict]:
    return [
        {"outreach_id": str(make.outreach().pk), "ein": f"12-{number:07d}"}
        for number in range(count)
    ]


def test_rows_and_a_file_of_them_are_judged_alike():
    by = make.manager()
    slot = make.slots(0)[0]
    rows = [
        {"slot_id": str(slot.pk), "is_filled": "perhaps"},
        {"slot_id": str(slot.pk), "slot_type": "CEO"},
        {"outreach_id": "00000000-0000-4000-8000-000000000000", "slot_type": "CFO"},
    ]

    found = brought("company_slot", *rows, by=by, dry_run=True)

    file = hub_files.checked("company_slot", *rows, by=by)
    said = [(one["field"], one["problem"]) for one in found.problems]
    told = [(column, problem) for _, column, problem in hub_files.problems(file)]
    assert [field for field, _ in said] == [column for column, _ in told]
    assert found.wrong == file.bad and said[-1] == told[-1]


def test_a_row_of_a_file_is_known_again_when_it_comes_as_json():
    by = make.manager()
    row = {"outreach_id": str(make.outreach().pk), "ein": "12-3456789"}
    hub_files.brought_in("dol", row, by=by)

    found = brought("dol", row, by=by)

    assert (found.unchanged, found.operation) == (1, None)
    assert DolFiling.objects.count() == ImportFile.objects.count() == 1


def test_who_may_not_import_brings_nothing_in():
    with pytest.raises(NotPermitted):
        brought("dol", *rows_of(1), by=make.triager())


def test_what_is_stopped_runs_once_it_may():
    make.policy(over_rows=1)
    by = make.manager()

    operation = brought("dol", *rows_of(2), by=by).operation

    assert operation.gate and operation.channel == "api"
    assert Operation.objects.get().effect["companies"] == 2
    assert plans.rows_of(operation, operation.items.all()).count() == 0


def test_many_rows_cost_no_more_statements_than_few():
    by = make.manager()
    costs = []
    for count in (2, 60):
        rows = rows_of(count)
        with CaptureQueriesContext(connection) as asked:
            brought("dol", *rows, by=by)
        costs.append(len(asked))
        DolFiling.objects.all().delete()

    # the first one also reads what is read once
    assert costs[1] <= costs[0]
