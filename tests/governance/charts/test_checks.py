"""Reports of a repository over time as a chart."""

import pytest

from governance.charts import checks as charts
from governance.queries.canon import checks
from governance.tables.canon.checks import findings_url
from tests.checked import finding, kept, over_time

pytestmark = pytest.mark.django_db


def test_each_report_is_a_row_the_oldest_first_and_each_mark_leads_to_its_findings():
    first, last = over_time([finding()], [finding("bs4"), finding()])
    [repository] = checks.repositories()

    chart = charts.over_time(checks.past(repository, "main", 30))

    assert chart.title == "The last 2 reports"
    assert [[mark.count for mark in row.marks] for row in chart.rows] == [
        [1, None, None],
        [2, 1, 0],
    ]
    assert chart.rows[0].marks[0].url == findings_url(first, "open")
    assert chart.rows[1].marks[2].url == findings_url(last, "closed")


def test_a_single_report_is_named_so():
    report = kept(finding())

    assert charts.over_time([report]).title == "The last report"
