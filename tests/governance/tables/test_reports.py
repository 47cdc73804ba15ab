"""What the list of reports shows."""

import pytest

from governance.tables.reports import ReportTable
from tests.governance.tables import drawn
from tests.walk.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def report():
    return World().report


def test_a_report_is_linked_by_the_playbook_it_is_about(report):
    shown = drawn.text(drawn.row(ReportTable, report)["report"])

    assert f'href="/reports/{report.pk}/"' in shown
    assert report.run.version.playbook.name in shown


@pytest.mark.parametrize(
    ("reconciled", "word", "tone"), [(True, "reconciled", "good"), (False, "UNRECONCILED", "bad")]
)
def test_whether_the_totals_agree_is_a_word_and_a_tone(reconciled, word, tone, report):
    report.reconciled = reconciled

    shown = drawn.text(drawn.row(ReportTable, report)["totals"])

    assert f"badge is-{tone}" in shown and shown.endswith(f"{word}</span>")


def test_figures_are_those_stored_with_the_report(report):
    lines = [{"passed": True}, {"passed": False}]
    report.body = report.body | {"total_processed": 24_546, "compliance": lines}

    shown = drawn.row(ReportTable, report)

    assert drawn.text(shown["processed"]) == "24,546"
    assert drawn.text(shown["compliance"]) == "1 of 2 hold"


def test_a_run_without_some_rows_of_its_plans_says_so(report):
    rule = {"failed": 0, "cancelled": 0, "skipped": 3, "refusals": {"already parked": 2}}
    report.body = report.body | {"rules": [rule]}

    assert "in part" in drawn.text(drawn.row(ReportTable, report)["processed"])
