"""The file of an operation's outcomes: every row, what it states of itself, no formula."""

import csv
import io

import pytest

from governance.services.operations import plans, runner
from tests import make

pytestmark = pytest.mark.usefixtures("committed_db")


@pytest.fixture
def triager(client):
    person = make.triager()
    client.force_login(person)
    return person


def test_the_file_has_every_row_and_runs_no_formula(client, triager):
    hostile = make.error(message='=cmd|"/c calc"!A1', domain="+evil.example")
    rows = [hostile, make.error(disposition="PARKED")]
    operation = plans.make(
        "park",
        errors=rows,
        by=triager,
        filter="code=CT-M-NO-MX",
        scope="all",
        reason="DATA_QUALITY",
    )
    runner.run(operation)

    response = client.get(f"/operations/{operation.pk}/outcomes/")

    lines = b"".join(response.streaming_content).decode("utf-8-sig").splitlines(keepends=True)
    table = list(
        csv.DictReader(io.StringIO("".join(line for line in lines if not line.startswith("# "))))
    )
    found = next(row for row in table if row["row_id"] == str(hostile.pk))
    assert (response["X-Export-Filter"], response["X-Export-Rows"]) == ("code=CT-M-NO-MX", "2")
    assert response["Content-Disposition"].startswith(
        f'attachment; filename="{operation}-outcomes_'
    )
    assert {row["outcome"] for row in table} == {"applied", "skipped"}
    assert (found["message"], found["domain"], found["was"]) == (
        "'" + hostile.message,
        "'+evil.example",
        "RETRY",
    )


def test_the_file_of_company_targets_says_their_status(client, triager):
    operation = plans.make("reset", errors=[make.target("failed")], by=triager)

    text = b"".join(client.get(f"/operations/{operation.pk}/outcomes/").streaming_content).decode()

    assert "was,domain,execution_status" in text
    assert ",failed\n" in text
