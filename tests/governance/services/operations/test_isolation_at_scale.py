"""Poison rows of every kind and a stuck lock in one large operation: all others are done, and come back."""

from datetime import timedelta

import pytest
from django.db import connection

from governance.models import ApprovalPolicy
from governance.queries.operations import undo_groups
from governance.services.operations import isolation, runner, undos
from tests import make
from tests.governance import facts
from tests.governance.services.operations import broken
from tests.governance.services.operations.test_isolation import KINDS

pytestmark = pytest.mark.soak
ROWS, HELD = 5000, 50
# what stops at a timeout costs seconds each
POISONED = {"23505": 300, "53100": 300, "57014": 2}


def checksum() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT sum(hashtextextended((to_jsonb(e) - 'version' - 'updated_at')::text, 0)::numeric)
            FROM governance_huberror e"""
        )
        return cursor.fetchone()[0]


@pytest.mark.parametrize("kind", POISONED)
def test_everything_but_the_poisoned_and_the_held_is_done_and_undone(
    committed_db, redis_server, monkeypatch, kind
):
    monkeypatch.setattr(runner, "LOCK_PATIENCE", timedelta(seconds=1))
    monkeypatch.setattr(isolation, "STATEMENT_MS", 1500)
    ApprovalPolicy.objects.update(is_active=False)
    rows = make.errors(ROWS)
    before = checksum()
    poisoned = rows[:: ROWS // POISONED[kind]]
    broken.poison(poisoned, KINDS[kind][0])
    held = [row.pk for row in rows[5 :: ROWS // HELD]]
    bad = {row.pk for row in poisoned}.union(held)
    operation = broken.running(rows)

    with broken.held(broken.ROW, held):
        runner.finish(operation)
    undo = undos.plan(operation, by=operation.requester)
    runner.run(undo)

    assert (operation.state, operation.failed) == ("done", len(bad))
    assert facts.applied(operation) == {row.pk for row in rows} - bad
    assert facts.adds_up(operation)
    assert operation.steps.filter(kind="failed rows").count() <= 2
    assert undo_groups.groups(undo)["reverted"] == operation.applied
    assert checksum() == before
