"""Jobs as their page shows them: the same queries for one run and for many."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from governance.models import JobRun, Lapse, OpenedGate, Schedule
from governance.queries.jobs import listed
from governance.services.jobs import runs
from tests import make

pytestmark = pytest.mark.django_db


def ended(seconds: float, **given) -> JobRun:
    """A run of the daily job that took so long."""
    now = timezone.now()
    run = runs.claim("daily", trigger="schedule", started_by="schedule", **given)
    JobRun.objects.filter(pk=run.pk).update(
        state="done", started_at=now - timedelta(seconds=seconds), finished_at=now
    )
    return run


def of(job: str) -> listed.Listed:
    return next(one for one in listed.listed(at=timezone.now()) if one.schedule.job == job)


def test_a_job_shows_its_last_run_and_what_runs_usually_take():
    for seconds in (2, 4, 300):
        last = ended(seconds)
    ended(50, is_dry=True)

    daily = of("daily")

    assert (daily.last, daily.took, daily.usual) == (last, 300, 4)
    assert daily.next_at > timezone.now()
    assert (of("weekly").last, of("weekly").usual) == (None, None)


def test_what_is_off_has_no_next_run():
    Schedule.objects.filter(job="daily").update(is_on=False)

    assert of("daily").next_at is None


def test_it_asks_the_same_for_one_run_and_for_many():
    ended(1)
    with CaptureQueriesContext(connection) as one:
        listed.listed(at=timezone.now())
    for _ in range(20):
        ended(1)

    with CaptureQueriesContext(connection) as many:
        listed.listed(at=timezone.now())

    assert len(one) == len(many)


def test_what_was_late_is_told_with_the_run_that_made_up_for_it():
    now = timezone.now()
    for hours in (1, 2, 30, 200):
        at = now - timedelta(hours=hours)
        Lapse.objects.create(job="daily", due_at=at, noticed_at=at, noticed_by="worker@here")
    early = ended(1, due_at=now - timedelta(hours=31))
    late = ended(1, due_at=now - timedelta(hours=2))
    runs.claim("daily", trigger="schedule", started_by="s", due_at=now - timedelta(hours=1))

    with CaptureQueriesContext(connection) as asked:
        found = [one.made_up_by for one in listed.lapses(at=now)]

    assert found == [None, late.pk, late.pk]
    assert early.pk not in found
    assert sum("lapse" in query["sql"] for query in asked) == 1


def test_gates_to_review_are_counted_and_their_last_run_found():
    first, second = ended(1), ended(1)
    for run in (first, second):
        OpenedGate.objects.create(run=run, outreach=make.promotable(), opens_outreach=True)

    assert (listed.to_review(), listed.newest_to_review()) == (2, second.pk)
    OpenedGate.objects.update(reviewed_at=timezone.now(), reviewed_by=make.triager())
    assert (listed.to_review(), listed.newest_to_review()) == (0, None)
