"""What to do next follows from the figures."""

import pytest
from django.db import connection

from governance.reports import recommendations
from tests.governance.reports.reported import begun, reported


@pytest.mark.django_db
def test_rows_changed_since_the_plan_are_said_and_still_reconcile():
    run = begun()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE governance_huberror SET owner = 'Somebody' WHERE code = 'NO_MATCH'")

    found = reported(run)

    assert found["actions"]["dol_errors_parked"] == 0
    assert found["reconciled"]
    assert any(
        sentence.startswith("Plan again: 1 row was") for sentence in found["recommendations"]
    )


@pytest.mark.django_db
def test_recommendations_follow_the_figures():
    found = reported(begun())

    assert "Run the Company Target pipeline on 1 pending record." in found["recommendations"]
    assert (
        "Create Company Target records for 3 companies that have none." in found["recommendations"]
    )
    assert not any("past NOT_READY" in sentence for sentence in found["recommendations"])


NOTHING = {
    "first_attempt_at": None,
    "last_attempt_at": None,
    "parked": 0,
    "parked_past_ttl": 0,
    "dol_missing": 0,
    "people_missing": 0,
    "changed_since_plan": 0,
    "failed": 0,
}


def derived(*, not_ready=None, blocked: int = 0, **facts) -> list[str]:
    return recommendations.derive(
        {"not_ready": not_ready or {}, "not_ready_blocked": blocked, "facts": NOTHING | facts}
    )


def test_where_no_figure_asks_for_anything_nothing_is_said():
    assert derived(not_ready={"ct_pending": 0, "other": 3}) == []


@pytest.mark.parametrize(
    ("given", "start"),
    [
        ({"not_ready": {"ct_pending": 1200}}, "Run the Company Target pipeline on 1,200 pending"),
        ({"not_ready": {"no_ct_record": 3}}, "Create Company Target records for 3 companies"),
        ({"blocked": 2}, "Clear the blocking errors of 2 failed Company Target records"),
        ({"dol_missing": 4}, "Run the DOL pipeline for EIN matching: 4 companies"),
        ({"people_missing": 5}, "Run the People pipeline: 5 companies"),
        ({"parked": 6}, "Review 6 parked errors"),
        ({"parked_past_ttl": 7}, "Decide on 7 of them first"),
        ({"changed_since_plan": 8}, "Plan again: 8 rows were changed by others"),
        ({"failed": 9}, "Look at 9 rows that failed"),
        ({"failed": 1}, "Look at 1 row that failed"),
        ({"parked": 1}, "Review 1 parked error:"),
        ({"dol_missing": 1}, "Run the DOL pipeline for EIN matching: 1 company past NOT_READY has"),
    ],
)
def test_each_figure_asks_for_one_thing(given, start):
    (sentence,) = derived(**given)

    assert sentence.startswith(start)


def test_the_next_attempts_are_said_in_utc():
    (sentence,) = derived(
        first_attempt_at="2026-02-04T14:05:00+01:00", last_attempt_at="2026-02-04T15:00:00+00:00"
    )

    assert "due from 2026-02-04 13:05 to 2026-02-04 15:00 UTC" in sentence


@pytest.mark.parametrize(
    ("schedule", "ran", "said"),
    [
        (None, None, "Switch the daily governance job on"),
        ("daily, 06:00 UTC", None, "(daily, 06:00 UTC) and has not run yet"),
        ("daily, 06:00 UTC", "2026-02-04T06:00:09+00:00", "ran last at 2026-02-04 06:00 UTC"),
    ],
)
def test_the_daily_job_is_scheduled_and_ran_or_not(schedule, ran, said):
    (sentence,) = derived(daily_schedule=schedule, daily_ran_at=ran)

    assert said in sentence
