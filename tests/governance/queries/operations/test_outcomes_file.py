"""The file of outcomes: every row in order, what it was, what the subject says of it."""

import csv
import io

import pytest

from governance.models import Operation
from governance.queries.operations import outcomes
from governance.services.operations import plans, runner
from tests import make

pytestmark = pytest.mark.usefixtures("committed_db")


def lines(operation: Operation) -> list[dict[str, str]]:
    text = b"".join(outcomes.as_csv(operation).blocks).decode("utf-8-sig")
    return list(csv.DictReader(line for line in io.StringIO(text) if not line.startswith("# ")))


def test_rows_are_told_by_outcome_reason_and_former_state():
    fine, parked = make.error(), make.error(disposition="PARKED", message="=1+1")
    rows = [fine, parked]
    operation = plans.make("park", errors=rows, by=make.triager(), reason="DATA_QUALITY")
    runner.run(operation)

    found = {line["row_id"]: line for line in lines(operation)}

    assert list(found) == sorted(str(row.pk) for row in rows)
    told = [found[str(row.pk)] for row in rows]
    assert [(line["outcome"], line["reason"], line["was"]) for line in told] == [
        ("applied", "", "RETRY"),
        ("skipped", "already parked", ""),
    ]
    assert (told[0]["code"], told[1]["message"]) == (fine.code, "'=1+1")


def test_a_row_that_moved_is_told_from_where_it_is():
    error = make.error(disposition="RESOLVED")
    operation = plans.make("archive", errors=[error], by=make.triager(), reason="MANUAL")
    runner.run(operation)

    (line,) = lines(operation)

    assert (line["code"], line["was"]) == (error.code, "RESOLVED")


def test_a_file_states_its_filter_or_the_operation():
    operation = plans.make("reset", errors=[make.target("failed")], by=make.triager())

    assert outcomes.as_csv(operation).label.filter == f"operation={operation}"
    operation.filter = "execution_status=failed"
    assert outcomes.as_csv(operation).label.filter == "execution_status=failed"
