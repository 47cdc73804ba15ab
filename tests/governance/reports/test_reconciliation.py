"""Totals that differ are said, one sentence each."""

import pytest
from django.db import transaction

from governance.services.operations import command_line
from governance.services.playbooks import reports
from outreach_admin.db.roles import as_owner
from tests.governance.reports.reported import begun


@pytest.mark.usefixtures("committed_db")
def test_totals_are_unreconciled_when_an_outcome_was_rewritten():
    run = begun()
    command_line.carry_out(run)
    first = run.operations.get(position=0)

    with as_owner() as owner, transaction.atomic(), owner.cursor() as cursor:
        cursor.execute("ALTER TABLE governance_operationitem DISABLE TRIGGER a_guard")
        cursor.execute(
            "UPDATE governance_operationitem SET outcome = 'skipped' WHERE operation_id = %s",
            [first.pk],
        )
        cursor.execute("ALTER TABLE governance_operationitem ENABLE TRIGGER a_guard")

    found = reports.ensure(run.pk).body
    assert found["differences"] == [f"{first}: its counters say 1 applied, its rows 1 skipped."]
