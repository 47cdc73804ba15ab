"""The statements that give rows new values, and their own former ones back."""

import pytest
from django.db import connection

from governance.models import HubError, Operation
from governance.services.operations import plans, runner, undos
from governance.services.operations.sql import changes
from governance.verbs.registry import VERBS
from tests import make

pytestmark = pytest.mark.django_db
BATCH = """WITH batch AS (SELECT i.ctid AS tid, i.subject_id, i.version
    FROM governance_operationitem i WHERE i.operation_id = %s)"""


def executed(operation: Operation, statement: tuple[str, list]) -> list[dict]:
    """What the statement changed: the former values it returns."""
    cte, params = statement
    with connection.cursor() as cursor:
        cursor.execute(f"{BATCH}, {cte} SELECT before::text FROM changed", [operation.pk, *params])
        return [row[0] for row in cursor.fetchall()]


def parking(rows) -> Operation:
    return plans.make("park", errors=rows, by=make.triager(), reason="DATA_QUALITY")


def test_former_values_are_kept_by_name():
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {changes.was(('owner', 'n'), 'r')}::text FROM (SELECT 'it''s' AS owner, 3 AS n) r"
        )
        assert cursor.fetchone() == ('{"n": 3, "owner": "it\'s"}',)


def test_a_change_touches_rows_of_the_planned_version_alone():
    fine, changed = make.errors(2)
    operation = parking([fine, changed])
    HubError.objects.filter(pk=changed.pk).update(owner="Somebody")

    before = executed(operation, changes.change(operation, VERBS["park"]))

    assert len(before) == 1
    assert '"disposition": "RETRY"' in before[0]
    assert list(HubError.objects.filter(disposition="PARKED")) == [fine]


def test_what_must_still_hold_is_asked_again_of_the_row():
    target = make.target("failed")
    operation = plans.make("reset", errors=[target], by=make.triager())
    make.error(outreach=target.outreach)

    assert executed(operation, changes.change(operation, VERBS["reset"])) == []
    target.refresh_from_db()
    assert target.execution_status == "failed"


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
