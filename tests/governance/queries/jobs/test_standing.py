"""Whether a job is scheduled, and when it ran last."""

import pytest

from governance.models import Schedule
from governance.queries.jobs import standing
from governance.services.jobs import runs

pytestmark = pytest.mark.django_db


def test_a_job_is_scheduled_until_it_is_switched_off_and_ran_once_it_did():
    before = standing.of("daily")
    runs.run("daily", trigger="command", started_by="root", is_dry=True)
    dry = standing.of("daily")
    run = runs.run("daily", trigger="command", started_by="root")
    Schedule.objects.filter(job="daily").update(is_on=False)

    assert before == dry == {"daily_schedule": "daily, 06:00 UTC", "daily_ran_at": None}
    assert standing.of("daily") == {
        "daily_schedule": None,
        "daily_ran_at": run.started_at.isoformat(),
    }


def test_tables_are_left_out_by_the_version_in_force():
    Schedule.objects.filter(job="daily").update(leaves_out=["people.people_errors"])

    assert standing.left_out("daily") == ["people.people_errors"]
    assert (standing.left_out("weekly"), standing.left_out("sweep")) == ([], [])
