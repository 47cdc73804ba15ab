"""Rows that are deleted for good: judged once more by the statement itself."""

from datetime import UTC, datetime

import pytest

from governance.models import Operation
from governance.services.operations import plans
from governance.services.operations.sql import chunks, removals
from tests import make

AT = datetime(2026, 6, 1, tzinfo=UTC)


@pytest.mark.django_db
def test_a_removal_asks_again_what_the_plan_asked():
    row = make.archived(retention_expires_at=AT)
    operation = plans.make("purge", errors=[row], by=make.manager(), at=AT)
    stored = Operation.objects.get(pk=operation.pk)

    sql, params = removals.changing(stored)

    assert params == [AT]
    assert "governance.purge(c.keys, c.versions, %s)" in sql
    assert chunks.changing(stored) == (sql, params)
