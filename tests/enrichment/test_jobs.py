"""The jobs of enrichment run as those of governance do."""

from datetime import timedelta

import pytest
from django.utils import timezone

from enrichment import jobs
from enrichment.models import CoverageCheck, CoverageDay, Run
from governance.queries.jobs import totals
from governance.services.jobs import runs
from tests import make

pytestmark = pytest.mark.django_db


def counts(job: str, *, is_dry: bool = False) -> dict[str, int]:
    run = runs.run(job, trigger="command", started_by="root", is_dry=is_dry)
    assert (run.state, run.fault) == ("done", "")
    return totals.by_job(run)[job]


def test_dry_runs_say_what_real_ones_do():
    past = timezone.now() - timedelta(days=3)
    make.run("running", ran_at=past, started_at=past)
    make.run("completed", ran_at=past, started_at=past, completed_at=past)
    names = [job.name for job in jobs.JOBS]

    foreseen = {name: counts(name, is_dry=True) for name in names}
    untouched = (CoverageDay.objects.count(), Run.objects.filter(status="stale").count())
    done = {name: counts(name) for name in names}

    assert foreseen == done
    assert (done["run_reaper"], done["coverage_check"]) == (
        {"runs": 1},
        {"counters that differ": 0},
    )
    assert untouched == (0, 0)
    assert CoverageDay.objects.values("day").distinct().count() == done["coverage_days"]["days"] > 0


def test_where_there_is_nothing_to_count_no_check_is_kept():
    assert (counts("coverage_check", is_dry=True), counts("coverage_check")) == ({}, {})
    assert not CoverageCheck.objects.exists()
