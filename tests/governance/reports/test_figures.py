"""Every figure of a report is counted from what is stored."""

import pytest

from tests.governance.reports.reported import begun, passed, reported


@pytest.mark.django_db
def test_figures_come_from_the_stored_events():
    found = reported(begun())

    assert found["total_processed"] == 3
    assert found["actions"] == {
        "dol_errors_parked": 1,
        "ct_errors_parked": 1,
        "ct_errors_retried": 1,
        "ct_reset_to_pending": 1,
    }
    assert found["audit"] == {"PARK": 2, "RETRY": 1, "RESET": 1, "total": 4}
    assert found["tiers"]["before"] == found["tiers"]["after"]
    assert found["not_ready"] == {"ct_pending": 1, "ct_failed": 0, "no_ct_record": 3}
    assert (found["reconciled"], found["differences"]) == (True, [])
    assert passed(found) == [True] * 6
