"""What the workers do: each task does its one thing, and hands on what is left."""

from datetime import timedelta

import pytest
from django.utils import timezone

from governance import tasks
from governance.models import (
    Approval,
    ErrorCount,
    JobRun,
    Operation,
    PlaybookRun,
    Report,
    Schedule,
)
from governance.services.approvals import votes
from governance.services.operations import command_line, plans, steering
from outreach_admin.celery import app
from tests import make
from tests.governance.rules import RETRY, approved, planned
from tests.governance.services.approvals.asked import requested

pytestmark = pytest.mark.django_db


def started(rows: int, **columns) -> Operation:
    operation = plans.make(
        "park", errors=make.errors(rows), by=make.triager(), reason="DATA_QUALITY"
    )
    Operation.objects.filter(pk=operation.pk).update(**columns)
    steering.start(operation, by=operation.requester)
    return operation


def waiting(redis_server) -> int:
    return redis_server.llen(app.conf.task_default_queue)


def test_an_operation_is_run_to_its_end_in_one_task_where_time_suffices(redis_server):
    operation = started(12, chunk_rows=5)

    tasks.run_operation(operation.pk)

    operation.refresh_from_db()
    assert (operation.state, operation.applied) == ("done", 12)
    assert waiting(redis_server) == 0


def test_what_is_left_is_handed_to_the_next_task(redis_server, monkeypatch):
    monkeypatch.setattr(tasks, "TASK_SECONDS", 0.0)
    operation = started(12, chunk_rows=5)

    tasks.run_operation(operation.pk)

    operation.refresh_from_db()
    assert (operation.state, operation.applied < 12) == ("running", True)
    assert waiting(redis_server) == 1


def test_a_report_is_written_once_its_run_has_ended():
    make.error()
    run = approved(RETRY)
    tasks.build_report(run.pk)
    before = Report.objects.count()
    command_line.carry_out(run)

    tasks.build_report(run.pk)

    assert (before, Report.objects.get().run) == (0, run)


def test_the_house_is_kept():
    lapsed = requested()
    old = plans.make("park", errors=[make.error()], by=make.triager(), reason="DATA_QUALITY")
    make.error()
    stale, ended = planned(RETRY), approved(RETRY)
    command_line.carry_out(ended)
    past = timezone.now() - timedelta(minutes=1)
    Approval.objects.filter(pk=lapsed.pk).update(expires_at=past)
    Operation.objects.filter(pk=old.pk).update(expires_at=past)
    PlaybookRun.objects.filter(pk=stale.pk).update(expires_at=past)
    recorded = ErrorCount.objects.count()

    tasks.keep_house()

    for row in (lapsed, old, stale):
        row.refresh_from_db()
    assert (lapsed.state, old.state, stale.state) == ("expired",) * 3
    assert Report.objects.get().run == ended
    assert ErrorCount.objects.count() < recorded


def test_keeping_house_counts_votes_anew():
    approval, voter = requested(), make.manager()
    make.lose(approval.requester, "account")
    votes.approve(approval, by=voter)
    make.lose(voter, "group")

    tasks.keep_house()

    approval.refresh_from_db()
    assert approval.state == "pending"


@pytest.mark.parametrize("name", ["run_operation", "build_report", "write_export", "keep_house"])
def test_each_task_is_known_to_workers_by_its_path(name):
    assert app.tasks[f"governance.tasks.{name}"].name == getattr(tasks, name).name


def test_jobs_that_are_due_are_claimed_and_a_claimed_run_is_carried_out(redis_server):
    Schedule.objects.update(enforced_at=timezone.now() - timedelta(days=30))
    tasks.start_due_jobs()
    sent = waiting(redis_server)

    for run in JobRun.objects.all():
        tasks.run_job(run.pk)

    states = set(JobRun.objects.values_list("job", "state"))
    names = set(Schedule.objects.in_force().values_list("job", flat=True))
    assert (sent, states) == (len(names), {(name, "done") for name in names})


def test_what_used_up_its_tries_is_parked_once_a_retry_has_ended():
    row = make.error(retry_count=3)

    tasks.park_exhausted(17)

    row.refresh_from_db()
    assert row.disposition == "PARKED"
