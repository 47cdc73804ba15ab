"""Old runs that changed nothing are forgotten; what is due next never changes by it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from governance.models import JobRun, JobStep
from governance.queries.jobs import standing
from governance.services.jobs import oldruns, runs
from tests import make

pytestmark = pytest.mark.django_db
JOB = "readiness_check"


def ended(job: str = JOB, *, days: int, **given) -> JobRun:
    """A run that came to its end so many days ago."""
    at = timezone.now() - timedelta(days=days)
    run = runs.run(job, trigger="schedule", started_by="schedule", as_of=at, **given)
    facts = {"claimed_at": at, "started_at": at, "finished_at": at}
    due = {} if run.is_dry else {"due_at": at}
    JobRun.objects.filter(pk=run.pk).update(**facts, **due)
    return run


def left() -> set[JobRun]:
    return set(JobRun.objects.all())


def test_only_the_old_go_and_never_the_last_of_a_job():
    old, dry = ended(days=92), ended(days=91, is_dry=True)
    last_of_another = ended("reconciliation", days=200)
    recent = ended(days=89)

    assert set(oldruns.expired()) == {old, dry}
    assert (oldruns.forget(), oldruns.forget()) == (2, 0)
    assert left() == {recent, last_of_another}
    assert set(JobStep.objects.values_list("run_id", flat=True)) == {recent.pk, last_of_another.pk}


def test_what_found_nothing_many_times_a_day_goes_after_a_week():
    old, recent, other = ended(days=9), ended(days=6), ended(days=8)
    JobRun.objects.filter(pk__in=[old.pk, recent.pk]).update(is_idle=True)

    assert oldruns.forget() == 1
    assert left() == {recent, other}


def test_what_changed_errors_stays():
    make.error(retry_count=3)
    changed = ended("auto_park_exhausted_retries", days=100)
    ended("auto_park_exhausted_retries", days=1)

    assert oldruns.forget() == 0
    assert changed in left()


def test_what_was_due_stays_known():
    ended(days=95)
    ended(days=94)
    now = timezone.now()
    before = standing.due_moment(JOB, at=now)

    oldruns.forget()

    assert standing.due_moment(JOB, at=now) == before
