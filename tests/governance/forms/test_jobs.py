"""What is asked of whoever changes a schedule."""

import pytest

from governance.forms.jobs import BY_TABLE, RunForm, ScheduleForm
from tests import make

pytestmark = pytest.mark.django_db
GIVEN = {"is_on": "on", "at": "07:15", "time_zone": "UTC", "grace_minutes": "15", "reason": "why"}


def test_a_schedule_is_read_as_services_take_it():
    given = GIVEN | {"weekday": "6", "holds": [make.CT], "leaves_out": [make.DOL]}
    form = ScheduleForm(given, tables=BY_TABLE)

    assert form.is_valid(), form.errors
    assert (form.cleaned_data["weekday"], form.cleaned_data["every_minutes"]) == (6, None)
    assert form.cleaned_data["holds"] == [make.CT]
    assert form.cleaned_data["leaves_out"] == [make.DOL]


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
        {"leaves_out": ["no.table"]},
    ],
)
def test_what_is_no_schedule_is_named(wrong):
    form = ScheduleForm(GIVEN | wrong, tables=BY_TABLE)

    assert set(form.errors) == set(wrong)


@pytest.mark.parametrize("tables", [(), ("leaves_out",), BY_TABLE])
def test_only_what_a_job_knows_by_table_is_asked_for(tables):
    form = ScheduleForm(tables=tables)

    assert [name for name in BY_TABLE if name in form.fields] == list(tables)


def test_a_run_is_dry_where_somebody_says_so():
    forms = [RunForm({}), RunForm({"dry": "on"})]

    assert [form.is_valid() and form.cleaned_data["dry"] for form in forms] == [False, True]
