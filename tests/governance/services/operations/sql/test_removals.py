"""Rows that are deleted for good: judged once more by the statement itself."""

from datetime import UTC, datetime

import pytest

from governance.models import ArchivedError, Operation
from governance.services.operations import plans, runner
from governance.services.operations.sql import chunks, removals
from tests import make
from tests.governance import facts

AT = datetime(2026, 6, 1, tzinfo=UTC)

pytestmark = pytest.mark.django_db


def test_a_removal_asks_again_what_the_plan_asked():
    row = make.archived(retention_expires_at=AT)
    operation = plans.make("purge", errors=[row], by=make.manager(), at=AT)
    stored = Operation.objects.get(pk=operation.pk)

    sql, params = removals.changing(stored)

    assert params == [AT]
    assert "governance.purge(c.keys, c.versions, %s)" in sql
    assert chunks.changing(stored) == (sql, params)


def test_each_row_has_the_outcome_of_its_own_where_others_stay():
    rows = [make.archived(retention_expires_at=AT) for _ in range(5)]
    operation = plans.make("purge", errors=rows, by=make.manager(), at=AT)
    stays = ArchivedError.objects.filter(pk__in=[rows[1].pk, rows[3].pk])
    stays.update(retention_expires_at=datetime(2027, 6, 1, tzinfo=UTC))

    runner.run(operation)

    kept = {row.pk: ("skipped", chunks.CHANGED) for row in stays}
    gone = {row.pk: ("applied", None) for row in rows if row.pk not in kept}
    assert len(kept) == 2
    assert facts.outcomes(operation) == kept | gone
