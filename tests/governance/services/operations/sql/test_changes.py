"""The statements that give rows new values, and their own former ones back."""

import json
import threading

import psycopg
import pytest
from django.db import connection

from governance.models import HubError, Operation
from governance.services.operations import plans, runner, undos
from governance.services.operations.sql import changes
from governance.verbs.registry import VERBS
from tests import make
from tests.governance import facts
from tests.governance.sql.test_concurrency import wait_until_blocking
from tests.servers import RUNNING, SERVERS

BATCH = """WITH batch AS (SELECT i.ctid AS tid, i.subject_id, i.subject_id::uuid AS key, i.version
    FROM governance_operationitem i WHERE i.plan_key = %s)"""


def executed(operation: Operation, statement: tuple[str, list]) -> list[dict]:
    """What the statement changed: the former values it returns."""
    cte, params = statement
    with connection.cursor() as cursor:
        cursor.execute(
            f"{BATCH}, {cte} SELECT before::text FROM changed", [operation.plan_key, *params]
        )
        return [row[0] for row in cursor.fetchall()]


def parking(rows) -> Operation:
    return plans.make("park", errors=rows, by=make.triager(), reason="DATA_QUALITY")


def ran(operation: Operation) -> None:
    runner.run(operation)
    connection.close()


def explained(operation: Operation, statement: tuple[str, list]) -> dict:
    """What PostgreSQL did to execute the statement: its nodes and the triggers it called."""
    cte, params = statement
    asked = f"EXPLAIN (ANALYZE, FORMAT JSON) {BATCH}, {cte} SELECT count(*) FROM changed"
    with connection.cursor() as cursor:
        # a table of a few rows would be read whole
        cursor.execute("SET LOCAL enable_seqscan TO off")
        cursor.execute(asked, [operation.pk, *params])
        (found,) = cursor.fetchone()
    return (json.loads(found) if isinstance(found, str) else found)[0]


def nodes(plan: dict) -> list[tuple[str, str]]:
    below = [node for part in plan.get("Plans", []) for node in nodes(part)]
    return [(plan["Node Type"], plan.get("Alias", "")), *below]


@pytest.mark.django_db
def test_former_values_are_kept_by_name():
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {changes.was(('owner', 'n'), 'r')}::text FROM (SELECT 'it''s' AS owner, 3 AS n) r"
        )
        assert cursor.fetchone() == ('{"n": 3, "owner": "it\'s"}',)


@pytest.mark.django_db
def test_a_change_touches_rows_of_the_planned_version_alone():
    fine, changed = make.errors(2)
    operation = parking([fine, changed])
    HubError.objects.filter(pk=changed.pk).update(owner="Somebody")

    before = executed(operation, changes.change(operation, VERBS["park"]))

    assert len(before) == 1
    assert '"disposition": "RETRY"' in before[0]
    assert list(HubError.objects.filter(disposition="PARKED")) == [fine]


@pytest.mark.django_db
def test_what_must_still_hold_is_asked_again_of_the_row():
    target = make.target("failed")
    operation = plans.make("reset", errors=[target], by=make.triager())
    make.error(outreach=target.outreach)

    assert executed(operation, changes.change(operation, VERBS["reset"])) == []
    target.refresh_from_db()
    assert target.execution_status == "failed"


@pytest.mark.django_db
def test_each_row_gets_its_own_former_values_back():
    one, other = make.error(owner="One"), make.error(owner="Other")
    operation = plans.make("assign", errors=[one, other], by=make.triager(), owner="Platform team")
    runner.run(operation)
    undo = undos.plan(operation, by=operation.requester)

    before = executed(undo, changes.put_back(undo, VERBS["assign"]))

    assert before == ['{"owner": "Platform team"}'] * 2
    assert set(HubError.objects.values_list("pk", "owner")) == {
        (one.pk, "One"),
        (other.pk, "Other"),
    }


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("verb", "asked"),
    [
        ("park", {"reason": "DATA_QUALITY"}),
        ("retry", {}),
        ("resolve", {"note": "fixed"}),
        ("assign", {"owner": "Platform team"}),
    ],
)
def test_a_change_finds_each_row_by_its_place_and_calls_no_trigger_a_row(verb, asked):
    operation = plans.make(verb, errors=make.errors(20), by=make.triager(), **asked)

    found = explained(operation, changes.change(operation, VERBS[verb]))

    called = {trigger["Trigger Name"] for trigger in found["Triggers"]}
    assert called == {
        "b_allowed_update",
        "d_count_update",
        "d_hours_update",
        "e_history_update",
        "f_readiness_update",
        "z_archive_update",
    }
    assert ("Tid Scan", "governance_huberror") in nodes(found["Plan"])


def test_a_row_that_somebody_changes_at_the_same_moment_is_left_alone(committed_db):
    moved, fine = make.errors(2)
    operation = parking([moved, fine])
    with psycopg.connect(SERVERS.url(RUNNING, SERVERS.database)) as other:
        other.execute("UPDATE governance_huberror SET owner = 'x' WHERE id = %s", [moved.pk])
        runs = threading.Thread(target=ran, args=[operation])
        runs.start()
        wait_until_blocking(other.info.backend_pid)
        other.commit()
        runs.join()

    assert facts.outcomes(operation) == {
        moved.pk: ("skipped", "changed since plan"),
        fine.pk: ("applied", None),
    }
