"""Writers at the same time: what is maintained adds up, and nobody ends in a deadlock."""

import threading
import time

import psycopg
import pytest
from django.db import connection
from django.db.models import Count, Sum

from governance.models import ErrorCount, HubError, Outreach, Readiness
from tests import make
from tests.servers import RUNNING, SERVERS

RESOLVE = "UPDATE governance_huberror SET disposition = 'RESOLVED', resolved_at = now() WHERE error_table = '{}'"
REOPEN = "UPDATE governance_huberror SET disposition = 'RETRY' WHERE error_table = '{}'"
WRITERS = {
    "dol errors": [RESOLVE.format(make.DOL), REOPEN.format(make.DOL)],
    "ct errors": [RESOLVE.format(make.CT), REOPEN.format(make.CT)],
    "targets": [
        f"UPDATE governance_companytarget SET execution_status = '{status}'"
        for status in ("pending", "failed")
    ],
    "slots": [
        f"UPDATE governance_companyslot SET is_filled = {filled} WHERE slot_type = 'CEO'"
        for filled in (True, False)
    ],
    "tries": ["UPDATE governance_huberror SET retry_count = retry_count + 1"] * 2,
    "folding": ["SELECT governance.fold_errorcount()"] * 2,
}


def drift() -> list[object]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT outreach_id FROM governance.readiness_drift")
        return cursor.fetchall()


def write_at_once(*names: str, times: int) -> list[str]:
    """Let each of these writers repeat its statements in a thread of its own; return what went wrong."""
    problems: list[str] = []

    def write(statements: list[str]) -> None:
        try:
            with psycopg.connect(SERVERS.url(RUNNING, SERVERS.database), autocommit=True) as writer:
                for statement in statements * times:
                    writer.execute(statement)
        except psycopg.Error as problem:
            problems.append(str(problem))

    threads = [threading.Thread(target=write, args=[WRITERS[name]]) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return problems


def wait_until_blocked(pid: int) -> None:
    wait_until("SELECT cardinality(pg_blocking_pids(%s)) > 0", pid)


def wait_until_blocking(pid: int) -> None:
    wait_until("SELECT bool_or(%s = ANY (pg_blocking_pids(pid))) FROM pg_stat_activity", pid)


def wait_until(condition: str, pid: int) -> None:
    deadline = time.monotonic() + 20
    with connection.cursor() as cursor:
        while time.monotonic() < deadline:
            cursor.execute(condition, [pid])
            if cursor.fetchone()[0]:
                return
    pytest.fail("the other connection never waited")


@pytest.mark.parametrize(
    "pair",
    [
        ("dol errors", "ct errors"),
        pytest.param(("dol errors", "targets"), marks=pytest.mark.soak),
        ("targets", "slots"),
        pytest.param(("slots", "ct errors"), marks=pytest.mark.soak),
    ],
)
def test_two_statements_over_the_same_companies_add_up_without_a_deadlock(committed_db, pair):
    for _ in range(300):
        on = make.outreach()
        make.slots(0, outreach=on)
        make.target("failed", outreach=on)
    # errors lie the other way round than targets and slots
    spine = list(Outreach.objects.order_by("-created_at"))
    for table in (make.DOL, make.CT):
        HubError.objects.bulk_create(
            HubError(**make.error_columns(table, outreach=on)) for on in spine
        )

    problems = write_at_once(*pair, times=12)

    assert problems == []
    assert drift() == []


def test_a_rebuild_waits_for_a_change_under_way_and_counts_it_once(committed_db):
    error = make.error(make.DOL)
    address = SERVERS.url(RUNNING, SERVERS.database)

    with psycopg.connect(address) as writer, psycopg.connect(address, autocommit=True) as builder:
        writer.execute(RESOLVE.format(make.DOL))
        rebuild = threading.Thread(
            target=builder.execute, args=["SELECT governance.rebuild_readiness()"]
        )
        rebuild.start()
        wait_until_blocked(builder.info.backend_pid)
        writer.commit()
        rebuild.join()

    assert drift() == []
    assert Readiness.objects.get(pk=error.outreach_id).dol_blocking == 0


def test_counters_folded_while_others_write_lose_nothing(committed_db):
    make.errors(10)

    problems = write_at_once("folding", "tries", "folding", times=15)

    assert problems == []
    counted = {
        row[:-1]: row[-1]
        for row in ErrorCount.objects.values_list("code", "retry_count").annotate(n=Sum("rows"))
        if row[-1]
    }
    assert counted == {
        row[:-1]: row[-1]
        for row in HubError.objects.values_list("code", "retry_count").annotate(Count("pk"))
    }
