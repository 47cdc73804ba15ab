"""What runs of jobs, and the gates that they opened, can be filtered by."""

from datetime import timedelta

import pytest
from django.utils import timezone
from django.utils.http import urlencode

from governance.filters.jobs import JobRunFilter, OpenedGateFilter
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


def test_gates_are_kept_by_whether_somebody_has_looked():
    run = runs.claim("daily", trigger="schedule", started_by="schedule")
    seen, left = (
        OpenedGate.objects.create(run=run, outreach=make.outreach(), opens_outreach=True)
        for _ in range(2)
    )
    looked = {"reviewed_by": make.triager(), "reviewed_at": timezone.now()}
    OpenedGate.objects.filter(pk=seen.pk).update(**looked)

    def kept(text: str) -> list[OpenedGate]:
        return list(OpenedGateFilter.from_text(text, OpenedGate.objects.all()).qs)

    assert (kept("reviewed=true"), kept("reviewed=false")) == ([seen], [left])
    assert kept("") == [seen, left]
    with pytest.raises(BadRequest):
        kept("reviewed=maybe")
