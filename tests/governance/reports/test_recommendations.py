"""What to do next follows from the figures."""

import pytest
from django.db import connection

from tests.governance.reports.reported import begun, reported


@pytest.mark.django_db
def test_rows_changed_since_the_plan_are_said_and_still_reconcile():
    run = begun()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE governance_huberror SET owner = 'Somebody' WHERE code = 'NO_MATCH'")

    found = reported(run)

    assert found["actions"]["dol_errors_parked"] == 0
    assert found["reconciled"]
    assert any(sentence.startswith("Plan again: 1 rows") for sentence in found["recommendations"])


@pytest.mark.django_db
def test_recommendations_follow_the_figures():
    found = reported(begun())

    assert "Run the Company Target pipeline on 1 pending records." in found["recommendations"]
    assert (
        "Create Company Target records for 3 companies that have none." in found["recommendations"]
    )
    assert not any("past NOT_READY" in sentence for sentence in found["recommendations"])
