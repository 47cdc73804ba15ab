"""Stuck locks, broken operations, lost messages and killed workers at once: the rest goes on, and all comes back as it was."""

from contextlib import contextmanager
from threading import Event

import psycopg
import pytest
from django.db import connection
from django.db.models import Count, Sum

from governance.models import ApprovalPolicy, ErrorCount, HubError, Operation
from governance.services import housekeeping
from governance.services.operations import plans, runner, steering, undos
from outreach_admin.watch import pulses
from tests import make
from tests.browser import wait_for
from tests.governance import facts
from tests.outreach_admin.test_takeup import kill, state_of, take_time, worker
from tests.servers import OWNER, SERVERS

pytestmark = pytest.mark.soak
OPERATIONS, ROWS, KILLS = 8, 400, 4

# no fault of a row: nothing of this operation can be accounted for, and every turn fails
BREAKING = """
CREATE FUNCTION break_down() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    RAISE 'the account is closed' USING ERRCODE = 'undefined_table'; END $$;
CREATE TRIGGER closed BEFORE INSERT ON governance_operationchunk
    FOR EACH ROW WHEN (NEW.operation_id = {broken}) EXECUTE FUNCTION break_down()"""


def checksum() -> str:
    return facts.bytes_of(HubError, without="'{version,updated_at}'")


def started() -> list[Operation]:
    """Operations that run, one beside the other."""
    by = make.triager()
    found = [
        plans.make("park", errors=make.errors(ROWS), by=by, reason="DATA_QUALITY")
        for _ in range(OPERATIONS)
    ]
    for operation in found:
        steering.start(operation, by=by)
    return found


def break_down(operation: Operation) -> None:
    with psycopg.connect(SERVERS.url(OWNER, SERVERS.database)) as owner:
        owner.execute(BREAKING.format(broken=operation.pk))


@contextmanager
def stuck(operation: Operation):
    """Let somebody hold the operation and go home."""
    with psycopg.connect(SERVERS.url(OWNER, SERVERS.database)) as other:
        other.execute("SELECT FROM governance_operation WHERE id = %s FOR UPDATE", [operation.pk])
        yield
        other.rollback()


def lose_workers_and_messages(redis_server) -> None:
    """Kill the worker again and again, and forget what it was told; housekeeping goes on meanwhile."""
    for _ in range(KILLS):
        process = worker()
        wait_for(lambda: redis_server.zcard(pulses.HEARTBEAT_KEY), seconds=60)
        Event().wait(1.5)
        kill(process)
        redis_server.flushdb()
        assert housekeeping.keep() == []


def all_done(operations: list[Operation]) -> bool:
    return {state_of(operation) for operation in operations} == {"done"}


def test_what_fails_or_is_held_stops_nothing_else_and_all_comes_back(committed_db, redis_server):
    ApprovalPolicy.objects.update(is_active=False)
    held, broken, *others = started()
    before = checksum()
    break_down(broken)
    take_time()

    with stuck(held):
        lose_workers_and_messages(redis_server)
        last = worker()
        try:
            wait_for(lambda: all_done(others), seconds=120)
            broken.refresh_from_db()
            assert (state_of(held), broken.state, broken.failures > 0) == (
                "running",
                "running",
                True,
            )
        except BaseException:
            kill(last)
            raise
    try:
        wait_for(lambda: all_done([held]), seconds=60)
    finally:
        kill(last)

    steering.cancel(broken, by=broken.requester)
    for operation in (held, *others):
        operation.refresh_from_db()
        assert facts.adds_up(operation) and operation.applied == ROWS
        assert set(facts.events(operation).values()) == {1}
        runner.run(undos.plan(operation, by=operation.requester))
    assert checksum() == before
    assert counted() == stored()
    assert drift() == []


def counted() -> dict[str, int]:
    """The queue by disposition, as the folded counters say."""
    housekeeping.keep()
    found = ErrorCount.objects.values_list("disposition").annotate(rows=Sum("rows"))
    return dict(found)


def stored() -> dict[str, int]:
    return dict(HubError.objects.values_list("disposition").annotate(rows=Count("pk")))


def drift() -> list[object]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT outreach_id FROM governance.readiness_drift")
        return cursor.fetchall()
