"""What runs of jobs, and the gates that they opened, can be filtered by."""

from datetime import timedelta

import pytest
from django.utils import timezone
from django.utils.http import urlencode

from governance.filters.jobs import AnyGateFilter, JobRunFilter
from governance.models import JobRun, OpenedGate
from governance.services.jobs import runs
from outreach_admin.exceptions import BadRequest
from tests import make

pytestmark = pytest.mark.django_db


def found(**given: object) -> set[JobRun]:
    return set(JobRunFilter.from_text(urlencode(given), JobRun.objects.all()).qs)


def test_runs_are_found_by_job_state_trigger_kind_and_moment():
    daily = runs.claim("daily", trigger="schedule", started_by="schedule")
    dry = runs.run("weekly", trigger="command", started_by="root", is_dry=True)

    assert found(job="daily") == found(state="waiting") == found(dry="false") == {daily}
    assert found(trigger="command") == found(dry="true") == {dry}
    assert found(for_after=daily.as_of.isoformat()) == {daily, dry}
    assert found(for_before=daily.as_of.isoformat()) == set()


def test_runs_that_came_to_nothing_are_told_from_those_that_did_something():
    make.error(created_at=timezone.now() - timedelta(days=91))
    some = runs.run("daily", trigger="command", started_by="root")
    nothing = runs.run("weekly", trigger="command", started_by="root")
    waiting = runs.claim("daily", trigger="schedule", started_by="schedule")

    assert found(did="something") == {some}
    assert found(did="nothing") == {nothing, waiting}


def test_runs_many_times_a_day_that_found_nothing_are_hidden_or_shown():
    idle, other = (
        runs.claim("tidy_up", trigger="schedule", started_by="schedule", due_at=at)
        for at in (timezone.now(), timezone.now() - timedelta(hours=1))
    )
    JobRun.objects.filter(pk=idle.pk).update(is_idle=True, state="done", finished_at=timezone.now())

    assert found(idle="hidden") == {other}
    assert found(idle="shown") == {idle, other}


@pytest.mark.parametrize(("text", "key"), [("state=odd", "state"), ("colour=red", "colour")])
def test_what_runs_do_not_have_is_refused(text, key):
    with pytest.raises(BadRequest, match=f"“{key}”"):
        JobRunFilter.from_text(text, JobRun.objects.all())


def test_opened_gates_are_found_by_run_by_review_and_by_how_far_they_opened():
    run, other = (
        runs.claim(job, trigger="schedule", started_by="s") for job in ("daily", "weekly")
    )
    mine = OpenedGate.objects.create(run=run, outreach=make.promotable(), opens_outreach=True)
    looked = OpenedGate.objects.create(
        run=other,
        outreach=make.promotable(),
        opens_outreach=False,
        reviewed_by=make.triager(),
        reviewed_at=timezone.now(),
    )

    def gates(text: str) -> set[OpenedGate]:
        return set(AnyGateFilter.from_text(text, OpenedGate.objects.all()).qs)

    assert gates(f"run={run.pk}") == gates("reviewed=false") == gates("opens=outreach") == {mine}
    assert gates("reviewed=true") == gates("opens=others") == {looked}
    assert gates("") == {mine, looked}
    for wrong in ("run=x", "run=0", "reviewed=perhaps", "opens=all"):
        with pytest.raises(BadRequest):
            gates(wrong)
