"""A job that failed is told until a run of it comes to a good end."""

import pytest
from django.db import connection

from governance.models import JobRun, Schedule
from governance.queries.jobs import failures
from governance.services.jobs import runs
from outreach_admin.watch import checks

pytestmark = pytest.mark.django_db


def ended(job: str, state: str, *, is_dry: bool = False) -> JobRun:
    run = runs.run(job, trigger="command", started_by="root", is_dry=is_dry)
    JobRun.objects.filter(pk=run.pk).update(state=state)
    return run


def said() -> str:
    with connection.cursor() as cursor:
        return failures.problem(cursor)


def test_the_last_real_run_of_each_schedule_counts():
    failed, partly = ended("tidy_up", "failed"), ended("weekly", "done_in_part")
    ended("tidy_up", "done", is_dry=True)
    ended("daily", "failed")
    ended("daily", "done")
    ended("backfill", "failed")

    told = f"failed: tidy_up ({failed}), weekly ({partly})"
    assert said() == told
    assert "runs" in [check.name for check in checks.registered()]

    ended("tidy_up", "done")
    assert said() == f"failed: weekly ({partly})"
    Schedule.objects.filter(job="weekly").update(is_on=False)
    assert said() == ""


def test_of_many_three_are_named():
    for job in Schedule.objects.order_by("job").values_list("job", flat=True)[:5]:
        ended(job, "failed")

    assert said().endswith(" and 2 more")
