"""A lock that somebody else holds: rows that can go on go on, the page says whose it is, people can still steer."""

from contextlib import contextmanager
from datetime import timedelta
from threading import Thread

import pytest
from django.db import connections
from django.test import Client
from django.urls import reverse

from governance.exceptions import StateRefused
from governance.models import Operation
from governance.queries.operations import progress
from governance.services.operations import plans, records, runner, steering
from tests import make
from tests.browser import wait_for
from tests.governance import facts
from tests.governance.services.operations import broken

HOLDER = f"waiting for a lock held by outreach_owner/{broken.NIGHTLY} since 20"

LOCKS = {"row": lambda rows: (broken.ROW, [rows[3].pk]), "table": lambda _: (broken.TABLE,)}
ENDS = {"pause": "paused", "cancel": "cancelled"}


@contextmanager
def at_work(operation, *lock):
    """Run it while another session holds a lock, for the length of a block; then let it end."""

    def work():
        try:
            runner.finish(Operation.objects.get(pk=operation.pk))
        finally:
            connections.close_all()

    thread = Thread(target=work)
    with broken.held(*lock):
        thread.start()
        yield
    thread.join(20)
    assert not thread.is_alive()
    operation.refresh_from_db()


def waits(operation) -> str:
    operation.refresh_from_db()
    return progress.lock_of(operation)


def resolving(rows):
    return broken.running(rows, verb="resolve", note="fixed")


@pytest.mark.parametrize("held", [1, 25])
def test_rows_that_nobody_holds_go_on_while_the_others_wait(committed_db, redis_server, held):
    rows = make.errors(60)
    operation = broken.running(rows)
    keys = [row.pk for row in rows[10 : 10 + held]]

    with at_work(operation, broken.ROW, keys):
        wait_for(lambda: waits(operation) and operation.applied == 60 - held, seconds=20)
        assert waits(operation).startswith(HOLDER)
        assert not progress.of(operation, at=operation.heartbeat_at).waits_for_worker

    assert (operation.state, operation.applied, operation.failed) == ("done", 60, 0)
    assert waits(operation) == ""
    assert set(facts.events(operation).values()) == {1}


def test_a_row_waits_for_the_readiness_of_its_company(committed_db, redis_server):
    rows = make.errors(40)
    operation = resolving(rows)

    with at_work(operation, broken.COMPANY, rows[5].outreach_id):
        wait_for(lambda: waits(operation) and operation.applied == 39, seconds=20)
        assert waits(operation).startswith(HOLDER)

    assert (operation.state, operation.applied) == ("done", 40)


@pytest.mark.parametrize("lock", [broken.TABLE, broken.COUNTER])
def test_all_rows_wait_for_a_table_and_none_fails_however_long(
    committed_db, redis_server, monkeypatch, lock
):
    monkeypatch.setattr(runner, "LOCK_PATIENCE", timedelta(0))
    operation = broken.running(make.errors(20))

    with at_work(operation, lock):
        wait_for(lambda: waits(operation), seconds=20)
        silent_since = operation.heartbeat_at
        wait_for(lambda: waits(operation) and operation.heartbeat_at > silent_since, seconds=20)
        assert waits(operation).startswith(HOLDER)
        assert operation.accounted == 0

    assert (operation.state, operation.applied, operation.waits_for) == ("done", 20, "")


def test_a_row_that_stays_locked_fails_alone_with_who_holds_it(
    committed_db, redis_server, monkeypatch
):
    monkeypatch.setattr(runner, "LOCK_PATIENCE", timedelta(seconds=1))
    rows = make.errors(20)
    operation = resolving(rows)
    target, company = rows[3], rows[9]

    with (
        broken.held(broken.ROW, [target.pk]),
        broken.held(broken.COMPANY, company.outreach_id),
    ):
        runner.finish(operation)

    found = facts.outcomes(operation)
    failed = {key for key, (outcome, _) in found.items() if outcome == "failed"}
    assert failed == {target.pk, company.pk}
    assert all(found[key][1].startswith("locked by outreach_owner/nightly load") for key in failed)
    assert (operation.state, operation.applied) == ("done", 18)
    assert facts.adds_up(operation)

    again = plans.again(operation, by=operation.requester, outcome="failed")
    runner.run(again)
    assert again.applied == 2


@pytest.mark.parametrize("lock", LOCKS)
@pytest.mark.parametrize("act", ENDS)
def test_pause_and_cancel_answer_at_once_while_it_waits(committed_db, redis_server, lock, act):
    rows = make.errors(20)
    operation = broken.running(rows)
    ops = Client()
    ops.force_login(operation.requester)
    page = reverse("governance:operation-detail", args=[operation.pk])

    with at_work(operation, *LOCKS[lock](rows)):
        wait_for(lambda: waits(operation), seconds=20)
        shown = ops.get(page, {"part": "live"}, headers={"HX-Request": "true"})
        answer = ops.post(reverse(f"governance:operation-{act}", args=[operation.pk]))
        # its runner has nothing to do any more, although the lock is still there
        operation.refresh_from_db()
        assert operation.state == ENDS[act]

    assert HOLDER.capitalize() in shown.content.decode()
    assert (answer.status_code, operation.state) == (302, ENDS[act])

    if act == "pause":
        steering.resume(operation, by=operation.requester)
        runner.finish(operation)
        assert (operation.state, operation.applied) == ("done", 20)


def test_a_task_ends_while_its_operation_waits(committed_db, redis_server):
    operation = broken.running(make.errors(5))

    with broken.held(broken.TABLE):
        done = runner.run_for(operation.pk, seconds=60)

    assert done == runner.Progress(0, more=True, wait=runner.LOCK_PAUSE)


def test_steering_an_operation_that_a_session_holds_is_refused_and_does_not_hang(
    committed_db, redis_server, monkeypatch
):
    monkeypatch.setattr(records, "LOCK_WAIT", "200ms")
    operation = broken.running(make.errors(3))

    with (
        broken.held("SELECT FROM governance_operation WHERE id = %s FOR UPDATE", operation.pk),
        pytest.raises(StateRefused, match=f"is held by outreach_owner/{broken.NIGHTLY} since 20"),
    ):
        steering.pause(operation, by=operation.requester)

    steering.pause(operation, by=operation.requester)
    assert operation.state == "paused"


def test_a_lock_on_what_a_chunk_writes_beside_its_rows_is_waited_for_too(
    committed_db, redis_server
):
    operation = broken.running(make.errors(5))

    with at_work(operation, "LOCK TABLE governance_operationchunk IN EXCLUSIVE MODE"):
        wait_for(lambda: waits(operation), seconds=20)

    assert (operation.state, operation.applied, operation.waits_for) == ("done", 5, "")
