"""A workflow as a line: its bar says what its numbers say."""

import re

import pytest
from django.utils import timezone

from enrichment.charts import bars
from enrichment.models import CoverageDay
from enrichment.queries import coverage
from enrichment.services.figures import days
from tests import make

pytestmark = pytest.mark.django_db


def test_each_part_of_the_bar_is_the_link_of_its_number():
    workflow = make.workflow(workflow_name="news")
    for status in ("completed", "failed", "failed"):
        make.run(status, workflow=workflow)

    (row,) = bars.rows("company", coverage.of("company"))

    drawn = re.findall(r'<a href="([^"]+)"[^>]*aria-label="([^"]+)"', row.picture)
    numbers = [mark for mark in row.marks if mark.count]
    assert [url.replace("&amp;", "&") for url, _ in drawn] == [mark.url for mark in numbers]
    assert [said for _, said in drawn] == ["Completed: 1", "Failed: 2"]
    assert row.share == "33.3 %"


def test_a_kept_day_leads_nowhere():
    make.run()
    days.take([timezone.now().date()])

    (row,) = bars.rows_of_day(CoverageDay.objects.select_related("workflow"))

    assert "<a " not in row.picture and "100.0 % completed" in row.picture
    assert {mark.url for mark in row.marks} == {""}
