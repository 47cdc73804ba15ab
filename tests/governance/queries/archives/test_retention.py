"""What each table's archive loses in which month, from counters that follow every change."""

from datetime import UTC, date, datetime, timedelta

import pytest

from governance.models import ArchivedError, ErrorTable, Schedule
from governance.queries.archives import retention
from governance.services import attribution
from tests import make
from tests.governance.services.operations.sql.test_moves import moved
from tests.governance.sql.test_holds import held

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 29, 10, tzinfo=UTC)


def forecast(table: str = make.CT) -> retention.Forecast:
    return next(one for one in retention.forecasts(at=AT) if one.table.name == table)


def test_a_year_and_a_month_are_foreseen_from_this_month_on():
    months = retention.months_from(AT)

    assert (months[0], months[-1], len(months)) == (date(2026, 11, 1), date(2027, 11, 1), 13)


def test_rows_count_in_the_month_in_which_they_may_go():
    for days in (-400, -1, 0, 1, 40, 3000):
        make.archived(retention_expires_at=AT + timedelta(days=days, minutes=1))
    held(retention_expires_at=AT)

    found = forecast()

    assert found.months[date(2026, 11, 1)] == 4
    assert found.months[date(2027, 1, 1)] == 1
    assert (found.archived, found.held, found.overdue, found.later) == (7, 1, 2, 1)
    assert sum(found.months.values()) + found.held + found.later == found.archived
    assert found.consent is not None


def test_the_counters_follow_moves_and_changes():
    row = make.archived(retention_expires_at=AT)
    ArchivedError.objects.update(retention_expires_at=AT + timedelta(days=40))
    assert forecast().months[date(2027, 1, 1)] == 1

    moved("restore", [row])

    assert (forecast().archived, set(forecast().months.values())) == (0, {0})


def test_who_set_a_retention_is_known_by_the_history():
    made_by = retention.set_by(make.CT)
    admin = make.admin()

    attribution.attribute(by=admin, reason="reference data", channel="browser")
    ErrorTable.objects.filter(name=make.CT).update(owner="Somebody else")
    assert retention.set_by(make.CT) == made_by != admin.username
    ErrorTable.objects.filter(name=make.CT).update(retention=timedelta(days=30))
    assert retention.set_by(make.CT) == admin.username


def test_archived_errors_are_deleted_unless_consent_or_schedule_keep_them():
    weekly = Schedule.objects.in_force().filter(job="weekly")
    assert retention.kept_because(make.CT) == ""

    ErrorTable.objects.filter(name=make.CT).update(retention=timedelta(days=30))
    weekly.update(leaves_out=[make.DOL])
    assert retention.kept_because(make.CT) == "nobody agreed to delete such errors"
    assert retention.kept_because(make.DOL) == "the weekly clean-up leaves their table out"
    assert retention.kept_because(make.PEOPLE) == ""
    found = retention.forecasts(at=AT, schedule=retention.clean_up())
    assert [one.table.name for one in found if one.is_left_out] == [make.DOL]

    weekly.update(is_on=False)
    assert retention.kept_because(make.PEOPLE) == "the weekly clean-up is switched off"
