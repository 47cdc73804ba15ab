"""Cells of reports: figures as they were stored."""

import pytest

from governance.models import Report
from governance.tables.reports import ReportTable
from tests import make
from tests.governance.rules import RETRY, planned
from tests.governance.tables.cells import every_cell

pytestmark = pytest.mark.django_db
LINES = [{"passed": True}, {"passed": True}, {"passed": False}]


def shown(*, reconciled: bool = True, **body) -> dict[str, str]:
    make.error()
    run = planned(RETRY, by=make.triager(username="ops", first_name="Nadia"))
    stored = {"total_processed": 24546, "compliance": LINES} | body
    return every_cell(
        ReportTable, Report.objects.create(run=run, body=stored, reconciled=reconciled)
    )


def test_errors_processed_and_lines_that_hold_are_counted():
    found = shown()

    assert (found["processed"], found["compliance"]) == ("24,546", "2 of 3 hold")


@pytest.mark.parametrize(
    ("reconciled", "tone", "word"), [(True, "good", "reconciled"), (False, "bad", "UNRECONCILED")]
)
def test_totals_that_differ_are_shouted(reconciled, tone, word):
    cell = shown(reconciled=reconciled)["totals"]

    assert f'class="badge is-{tone}"' in cell
    assert cell.endswith(f"{word}</span>")


def test_a_report_names_its_playbook_run_version_and_executor():
    found = shown()

    report = Report.objects.get()
    assert str(report.run.version.playbook) in found["report"]
    assert str(report.run) in found["run"]
    assert found["version"] == "1"
    assert found["executor"] == '<span title="ops">Nadia</span>'
