"""Runs of a playbook when two work at once, or one dies."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, connections
from django.utils import timezone

from governance.exceptions import StateRefused
from governance.models import ApprovalPolicy, HubError, Operation, PlaybookRun
from governance.services.operations import command_line, turns
from governance.services.playbooks import reports, runs
from tests import make
from tests.governance.rules import PARK_TRIED, RETRY, approved, planned, states


def at_once(*calls):
    """Run the calls at the same time, each on its own connection; return what they returned or raised."""
    gate = threading.Barrier(len(calls))

    def one(call):
        gate.wait(10)
        try:
            return call()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(calls)) as pool:
        ended = [pool.submit(one, call) for call in calls]
    return [one.exception() or one.result() for one in ended]


@pytest.mark.usefixtures("committed_db")
def test_two_starts_at_once_begin_one_run():
    ApprovalPolicy.objects.filter(name="PLAYBOOK-RUN").update(is_active=False)
    make.error()
    run = planned(RETRY)

    found = at_once(*[lambda: runs.start(PlaybookRun.objects.get(pk=run.pk), by=run.requester)] * 2)

    assert sorted(type(one) for one in found if one) == [StateRefused]
    assert run.operations.get().steps.filter(kind="started").count() == 1


@pytest.mark.usefixtures("committed_db")
def test_two_runners_carry_one_run_to_one_end():
    rows = make.errors(40, retry_count=2) + make.errors(40, retry_count=0)
    run = approved(PARK_TRIED, RETRY)
    Operation.objects.update(throttle=1000, chunk_rows=5)

    found = at_once(*[lambda: command_line.carry_out(PlaybookRun.objects.get(pk=run.pk))] * 2)

    run.refresh_from_db()
    assert found == [None, None]
    assert (
        run.state,
        [operation.applied for operation in run.operations.order_by("position")],
    ) == ("done", [40, 40])
    assert run.operations.get(position=1).steps.filter(kind="started in turn").count() == 1
    assert HubError.objects.filter(pk__in=[row.pk for row in rows], version=2).count() == 80


@pytest.mark.usefixtures("committed_db")
def test_a_run_cancelled_while_it_works_ends_once_and_adds_up():
    make.errors(60, retry_count=2)
    make.errors(60, retry_count=0)
    run = approved(PARK_TRIED, RETRY)
    Operation.objects.update(chunk_rows=2)

    found = at_once(
        lambda: command_line.carry_out(PlaybookRun.objects.get(pk=run.pk)),
        lambda: runs.cancel(PlaybookRun.objects.get(pk=run.pk), by=run.requester),
    )

    run.refresh_from_db()
    assert found[0] is None
    assert run.state == ("cancelled" if found[1] is None else "done")
    for operation in run.operations.all():
        assert operation.is_final
        assert operation.accounted == operation.planned
    assert reports.ensure(run.pk).reconciled


@pytest.mark.usefixtures("committed_db")
def test_a_run_whose_runner_died_is_taken_up_and_goes_on_with_the_next_rule():
    make.error(retry_count=2)
    make.error(retry_count=0)
    run = approved(PARK_TRIED, RETRY)
    silent = timezone.now() - timedelta(minutes=1)

    for _ in range(2):
        run.operations.filter(state="running").update(heartbeat_at=silent)
        turns.resume_abandoned()

    run.refresh_from_db()
    assert (run.state, states(run)) == ("done", ["done", "done"])


@pytest.mark.usefixtures("committed_db")
def test_all_rules_read_the_rows_of_one_moment():
    make.error(retry_count=2)
    late = []

    def add_a_row_between_the_rules(execute, sql, *args):
        if sql.startswith("INSERT INTO governance_operationitem"):
            late.extend(at_once(lambda: make.error(retry_count=0).pk))
        return execute(sql, *args)

    with connection.execute_wrapper(add_a_row_between_the_rules):
        run = planned(PARK_TRIED, RETRY)

    assert len(late) == 2
    assert [operation.planned for operation in run.operations.order_by("position")] == [1, 0]
