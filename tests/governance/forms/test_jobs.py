"""What is asked of whoever changes a schedule."""

import pytest

from governance.forms.jobs import RunForm, ScheduleForm
from tests import make

pytestmark = pytest.mark.django_db
GIVEN = {"is_on": "on", "at": "07:15", "time_zone": "UTC", "grace_minutes": "15", "reason": "why"}


def test_a_schedule_is_read_as_services_take_it():
    form = ScheduleForm(GIVEN | {"weekday": "6", "holds": [make.CT]}, has_tables=True)

    assert form.is_valid(), form.errors
    assert (form.cleaned_data["weekday"], form.cleaned_data["every_minutes"]) == (6, None)
    assert form.cleaned_data["holds"] == [make.CT]


@pytest.mark.parametrize(
    "wrong",
    [
        {"time_zone": "Mars/Base"},
        {"at": "25:00"},
        {"weekday": "8"},
        {"every_minutes": "0"},
        {"grace_minutes": ""},
        {"reason": "\0"},
        {"holds": ["no.table"]},
    ],
)
def test_what_is_no_schedule_is_named(wrong):
    form = ScheduleForm(GIVEN | wrong, has_tables=True)

    assert set(form.errors) == set(wrong)


def test_only_the_job_about_errors_asks_for_tables():
    assert "holds" not in ScheduleForm(has_tables=False).fields


def test_a_run_is_dry_where_somebody_says_so():
    forms = [RunForm({}), RunForm({"dry": "on"})]

    assert [form.is_valid() and form.cleaned_data["dry"] for form in forms] == [False, True]
