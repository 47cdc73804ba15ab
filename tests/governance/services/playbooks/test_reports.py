"""Reports of runs: built once, also when whoever should have built them died."""

import psycopg
import pytest
from django.db import connection

from governance.models import Report
from governance.services.operations import command_line, runner
from governance.services.playbooks import reports, run_plans, runs
from tests import make
from tests.governance.reports.reported import begun
from tests.governance.rules import PARK_TRIED, RESET, RETRY, approved, planned
from tests.servers import OWNER, SERVERS


@pytest.mark.django_db
def test_a_report_is_built_once():
    make.error()
    run = approved(RETRY)
    before = reports.ensure(run.pk)
    command_line.carry_out(run)

    first, second = reports.ensure(run.pk), reports.ensure(run.pk)

    assert before is None
    assert first == second
    assert Report.objects.count() == 1


@pytest.mark.django_db
def test_a_report_that_nobody_wrote_is_written_later():
    make.error()
    run = approved(RETRY)
    command_line.carry_out(run)
    other = planned({**RETRY, "max_retries": None})
    runs.discard(other, by=other.requester)

    assert reports.ensure_all() == 1
    assert Report.objects.get().run == run


@pytest.fixture
def done():
    for tries in (2, 0, 0):
        make.error(retry_count=tries)
    make.target("failed")
    run = approved(PARK_TRIED, RETRY, RESET)
    command_line.carry_out(run)
    return run


def held_by_another(sql, *given):
    """Let another session hold what this statement locks."""
    other = psycopg.connect(SERVERS.url(OWNER, SERVERS.database))
    other.execute(sql, given)
    return other


def test_a_report_that_somebody_builds_holds_up_no_second_worker(committed_db):
    make.error()
    run = approved(RETRY)
    command_line.carry_out(run)

    with held_by_another("SELECT pg_advisory_xact_lock(%s, %s)", reports.REPORT, run.pk):
        assert reports.ensure(run.pk, waits=False) is None
        assert reports.ensure_all() == 0

    assert reports.ensure_all() == 1


def test_a_report_is_counted_without_holding_its_run(committed_db):
    make.error()
    run = approved(RETRY)
    command_line.carry_out(run)
    held = []

    def look(execute, sql, *args):
        if "governance_event" in sql:
            with held_by_another("SELECT FROM governance_playbookrun FOR UPDATE NOWAIT"):
                held.append(False)
        return execute(sql, *args)

    with connection.execute_wrapper(look):
        assert reports.ensure_all() == 1

    assert len(held) > 10


@pytest.mark.django_db
def test_no_report_joins_row_by_row_what_has_no_statistics_yet(done):
    plans = []

    def explain(execute, sql, params, many, context):
        if sql.startswith("SELECT") and "governance_event" in sql:
            with connection.cursor() as cursor:
                cursor.cursor.execute(f"EXPLAIN {sql}", params)
                plans.append("\n".join(line for (line,) in cursor.fetchall()))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(explain):
        reports.ensure(done.pk)

    assert len(plans) > 10
    assert not [plan for plan in plans if "Nested Loop" in plan]


@pytest.mark.django_db
def test_an_undo_has_no_report_of_its_own(done):
    reports.ensure(done.pk)
    back = run_plans.undo(done, by=done.requester)
    command_line.carry_out(back, approved_by=make.manager())

    assert reports.ensure(back.pk) is None
    assert reports.ensure_all() == 0


@pytest.mark.django_db
def test_a_run_under_way_has_no_report_yet():
    run = begun()
    runner.finish(run.operations.get(position=0))

    assert reports.ensure(run.pk) is None
