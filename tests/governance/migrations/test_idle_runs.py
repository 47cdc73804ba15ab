"""Runs from before that found nothing are marked as those that came since are."""

from datetime import timedelta
from importlib import import_module

import pytest
from django.db import connection
from django.utils import timezone

from governance.models import JobRun
from governance.services.jobs import runs
from tests import make

pytestmark = pytest.mark.django_db
MARK = import_module("governance.migrations.0052_idle_runs").MARK


def test_runs_from_before_are_marked_as_those_that_came_since():
    make.scheduled_export(due_since=timezone.now() - timedelta(days=3))
    for job in ("tidy_up", "daily", "scheduled_exports"):
        due = runs.claim(job, trigger="schedule", started_by="x", due_at=timezone.now())
        runs.carry_on(due.pk)
    runs.run("tidy_up", trigger="command", started_by="root")
    since = set(JobRun.objects.filter(is_idle=True))
    JobRun.objects.update(is_idle=False)

    with connection.cursor() as cursor:
        cursor.execute(MARK)

    assert {run.job for run in since} == {"tidy_up"}
    assert set(JobRun.objects.filter(is_idle=True)) == since
