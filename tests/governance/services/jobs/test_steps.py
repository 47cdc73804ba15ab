"""A step is one operation under a standing approval, or says why it is none."""

from datetime import timedelta

import pytest
from django.utils import timezone

from governance.exceptions import JobRefused, StateRefused
from governance.models import Operation
from governance.services.jobs import registry, runs, steps
from governance.services.operations import plans
from tests import make

pytestmark = pytest.mark.django_db


def claimed(job="auto_park_exhausted_retries", **given):
    return runs.claim(job, trigger="schedule", started_by="schedule", **given)


def test_a_run_has_a_step_for_each_part_of_its_jobs_in_order():
    assert [(step.job, step.verb) for step in claimed("daily").steps.all()] == [
        ("archive_expired_errors", "archive_expired"),
        ("auto_park_exhausted_retries", "park_exhausted"),
        ("auto_park_exhausted_retries", "archive"),
        ("escalate_stale_parked_errors", "escalate_stale"),
    ]


def test_a_dry_step_keeps_the_rows_of_its_plan_and_lets_nobody_start_it():
    row = make.error(retry_count=3)
    step = claimed(is_dry=True).steps.first()

    steps.do(step)

    assert step.counts == {make.CT: 1}
    assert step.operation.state == Operation.State.CANCELLED
    assert list(step.operation.items.values_list("subject_id", flat=True)) == [str(row.pk)]
    row.refresh_from_db()
    assert row.disposition == "RETRY"


def test_rows_that_are_all_refused_fail_no_step_and_say_why():
    now = timezone.now()
    row = make.error(created_at=now - timedelta(days=91))
    make.archived(id=row.pk, held_at=now, held_by="counsel", hold_reason="Matter 17")

    done = runs.run("archive_expired_errors", trigger="command", started_by="root")

    step = done.steps.get()
    assert (done.state, step.state, step.rows) == ("done", "done", 0)
    assert (step.operation.state, step.operation.state_note) == ("cancelled", steps.REFUSED)
    assert step.operation.items.get().reason == "an archived error of this id is under legal hold"
    row.refresh_from_db()


def test_a_step_of_a_job_that_is_gone_says_so():
    step = claimed().steps.first()
    step.job = "sweep"

    with pytest.raises(JobRefused, match="no job sweep"):
        steps.do(step)


def test_something_is_due_where_a_row_is():
    before = steps.is_due("auto_park_exhausted_retries")
    make.error(retry_count=3)

    assert (before, steps.is_due("auto_park_exhausted_retries")) == (False, True)
    assert not steps.is_due("escalate_stale_parked_errors")


def test_a_plan_of_a_job_takes_no_other_parameters():
    make.error(make.URL, disposition="RETRY", retry_count=1)
    step = claimed().steps.last()
    steps._plan(step, registry.SUPERSEDE)

    with pytest.raises(StateRefused, match="takes no other parameters"):
        plans.revise(step.operation, by=make.manager(), reason="MANUAL")
