"""Runs as a file."""

import csv
import io

import pytest

from enrichment.resources.runs import COLUMNS
from governance.resources.exports import EXPORTS
from tests import make

pytestmark = pytest.mark.usefixtures("committed_db")


def test_runs_go_out_under_their_filter_with_formulas_escaped():
    run = make.run("failed", source="clay", error_text='=HYPERLINK("x")', by=make.triager())
    make.run("completed")
    export = EXPORTS["runs"]

    blocks = export.stream(export.from_text("status=failed"), "csv", comments=False).blocks
    (row,) = csv.DictReader(io.StringIO(b"".join(blocks).decode(), newline=""))

    assert row["run_id"] == str(run.pk)
    assert row["workflow"] == run.workflow.workflow_name
    assert row["error_text"] == "'" + run.error_text
    assert row["by"] == run.by.username
    assert list(row) == list(COLUMNS)
