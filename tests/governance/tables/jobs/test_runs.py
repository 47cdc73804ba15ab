"""What the list of runs of jobs shows."""

from datetime import timedelta

import pytest
from django.utils import timezone

from governance.services.jobs import runs
from governance.tables.jobs.runs import JobRunTable
from tests import make
from tests.governance.tables import drawn

pytestmark = pytest.mark.django_db


def test_a_run_leads_to_its_page_and_says_how_it_went():
    make.error(retry_count=3)
    run = runs.run("daily", trigger="command", started_by="root", is_dry=True)

    shown = {name: drawn.text(cell) for name, cell in drawn.row(JobRunTable, run).items()}

    assert f'href="/jobs/runs/{run.pk}/"' in shown["job"] and "Daily governance" in shown["job"]
    assert "Done" in shown["state"]
    assert (shown["kind"], shown["trigger"]) == ("Dry run", "the command line")
    assert shown["took"].endswith(" s") and "<time" in shown["started"]


def test_a_run_that_waits_or_is_for_another_moment_says_so():
    told = timezone.now() + timedelta(days=31)
    waits = runs.claim("daily", trigger="command", started_by="root", is_dry=True, as_of=told)
    waits.refresh_from_db()

    shown = {name: drawn.text(cell) for name, cell in drawn.row(JobRunTable, waits).items()}

    assert shown["started"] == "not yet" and "as of " in shown["kind"]
