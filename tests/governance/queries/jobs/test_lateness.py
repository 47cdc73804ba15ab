"""A job is late when its due moment has no finished run: whoever should have started it."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from governance.models import JobRun, Schedule
from governance.queries.jobs import duetimes, lateness
from governance.services.jobs import runs, schedules
from outreach_admin.watch import pulses

pytestmark = pytest.mark.django_db
LONG = timedelta(days=1)


@pytest.fixture
def daily():
    """The daily schedule, in force for a month."""
    since = timezone.now() - timedelta(days=30)
    Schedule.objects.exclude(job="daily").update(is_on=False)
    Schedule.objects.filter(job="daily").update(enforced_at=since)
    return Schedule.objects.get(job="daily")


def names(**given) -> list[str]:
    return [one.job for one in lateness.late(**{"watched": LONG} | given)]


def test_a_due_moment_without_a_finished_run_is_late_after_its_grace(daily):
    due = duetimes.latest(daily, timezone.now())
    earlier = runs.claim("daily", trigger="schedule", started_by="schedule", due_at=due - LONG)
    runs.carry_on(earlier.pk)

    within = names(at=due + daily.grace - timedelta(seconds=1))
    past = names(at=due + daily.grace)
    (run,) = schedules.start_due(at=due + daily.grace)
    claimed = names(at=due + daily.grace)
    runs.carry_on(run.pk)

    assert (within, past, claimed) == ([], ["daily"], ["daily"])
    assert names(at=due + daily.grace) == []


def test_neither_dry_runs_nor_runs_of_moments_to_come_count(daily):
    due = duetimes.latest(daily, timezone.now())
    for given in ({"is_dry": True, "due_at": due}, {"due_at": due + LONG}):
        run = runs.claim("daily", trigger="schedule", started_by="schedule", **given)
        JobRun.objects.filter(pk=run.pk).update(state="done", finished_at=timezone.now())

    assert names(at=due + daily.grace) == ["daily"]


def test_who_has_just_begun_to_watch_says_nothing_yet(daily):
    assert names(watched=daily.grace - timedelta(seconds=1)) == []
    assert names(watched=daily.grace) == ["daily"]


def test_what_is_off_is_never_late(daily):
    Schedule.objects.update(is_on=False)

    assert names() == []


def test_health_names_what_is_late_on_its_own_connection(daily, monkeypatch, client):
    monkeypatch.setattr(pulses, "STARTED", pulses.STARTED - LONG.total_seconds())

    with connection.cursor() as cursor:
        said = lateness.problem(cursor)

    assert said.startswith("late: daily, due ")
    Schedule.objects.update(is_on=False)
    with connection.cursor() as cursor:
        assert lateness.problem(cursor) == ""
