"""What the list of runs of jobs shows."""

import pytest

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
    assert shown["took"].endswith(" s")
