"""Numbers of operations and runs follow each other, whatever failed or was only tried."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, connections, transaction

from governance.exceptions import PlanRefused
from governance.models import HubError, Operation
from governance.services.operations import plans, runner
from governance.services.playbooks import run_plans
from tests import make
from tests.governance.rules import PARK_TRIED, RETRY, planned
from tests.governance.sql.test_concurrency import wait_until_blocking

REASON = {"reason": "DATA_QUALITY"}


def plan(by, rows=None):
    return plans.make("park", errors=rows or [make.error()], by=by, **REASON)


def numbers():
    return list(Operation.objects.order_by("pk").values_list("pk", flat=True))


@pytest.mark.django_db
def test_a_simulation_takes_no_number():
    by, rules = make.triager(), [PARK_TRIED, RETRY]
    make.error(retry_count=2)
    first = planned(*rules, by=by)

    run_plans.simulate(rules, playbook=first.version.playbook, by=by)
    second = planned(*rules, by=by)

    assert second.pk == first.pk + 1
    assert numbers() == [1, 2, 3, 4]
    assert [one.pk for one in second.operations.order_by("position")] == [3, 4]


@pytest.mark.django_db
def test_a_refused_and_a_failed_plan_leave_no_gap():
    by = make.triager()
    first = plan(by)
    with pytest.raises(PlanRefused):
        plans.make("park", rows=HubError.objects.none(), by=by, **REASON)
    with pytest.raises(PlanRefused):
        planned(PARK_TRIED, by=by)
    with transaction.atomic():
        plan(by)
        transaction.set_rollback(True)

    assert plan(by).pk == first.pk + 1
    assert planned(RETRY, by=by).pk == 1


@pytest.mark.django_db
def test_a_numbered_plan_keeps_its_rows_and_its_timeline():
    by = make.triager()
    make.error(retry_count=2)

    single, run = plan(by), planned(PARK_TRIED, RETRY, by=by)

    assert single.items.count() == 1
    assert [operation.items.count() for operation in run.operations.order_by("position")] == [1, 1]
    for operation in Operation.objects.all():
        assert list(operation.steps.values_list("kind", "actor")) == [("planned", by.username)]


def beside(call):
    """Run a call on a connection of its own."""

    def alone():
        try:
            return call()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(alone).result(20)


@pytest.mark.usefixtures("committed_db")
@pytest.mark.parametrize(("is_kept", "expected"), [(True, 2), (False, 1)])
def test_who_is_second_goes_on_from_what_became_of_the_first(is_kept, expected):
    by, rows = make.triager(), make.errors(2)
    taken, found = threading.Event(), []

    def second():
        taken.wait(20)
        found.append(plan(by, rows[1:]).pk)

    waiting = threading.Thread(target=beside, args=[second])
    waiting.start()
    with transaction.atomic():
        plan(by, rows[:1])
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            (pid,) = cursor.fetchone()
        taken.set()
        beside(lambda: wait_until_blocking(pid))
        transaction.set_rollback(not is_kept)
    waiting.join(20)

    assert found == [expected]


@pytest.mark.usefixtures("committed_db")
def test_a_run_is_numbered_behind_what_was_planned_while_it_looked_at_one_moment():
    by, other = make.triager(), make.error()
    make.error(retry_count=2)
    beside_it = []

    def plan_between_the_rules(execute, sql, *args):
        if sql.startswith("INSERT INTO governance_operationitem"):
            beside_it.append(beside(lambda: plan(by, [other]).pk))
        return execute(sql, *args)

    with connection.execute_wrapper(plan_between_the_rules):
        run = planned(PARK_TRIED, RETRY, by=by)

    assert beside_it == [1, 2]
    assert [one.pk for one in run.operations.order_by("position")] == [3, 4]


@pytest.mark.django_db
def test_events_speak_of_the_number():
    make.errors(3)
    plan(make.triager())
    operation = plan(make.triager())

    runner.run(operation)

    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT operation_id FROM governance_event WHERE action = 'PARK'")
        assert cursor.fetchall() == [(operation.pk,)]
