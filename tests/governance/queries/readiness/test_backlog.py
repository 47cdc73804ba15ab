"""The backlog day by day, as it is kept and as it is now."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from governance.models import BacklogDay
from governance.queries.readiness import backlog
from tests import make

pytestmark = pytest.mark.django_db
TODAY = timezone.now().date()
YESTERDAY = TODAY - timedelta(days=1)


def keep(day, table: str, *figures: int) -> None:
    names = ("opened", "closed", "open")
    BacklogDay.objects.create(day=day, error_table=table, **dict(zip(names, figures, strict=True)))


def test_kept_figures_are_those_of_all_tables_and_missing_days_are_left_out():
    keep(YESTERDAY, make.CT, 3, 1, 9)
    keep(YESTERDAY, make.DOL, 2, 0, 5)
    keep(YESTERDAY - timedelta(days=9), make.CT, 1, 1, 1)

    found = backlog.kept(YESTERDAY - timedelta(days=3), TODAY)

    assert found == {YESTERDAY: backlog.Figures(5, 1, 14)}


def test_the_day_that_has_not_ended_is_counted_as_it_stands():
    start = datetime.combine(TODAY, datetime.min.time(), tzinfo=UTC)
    before, within = start - timedelta(hours=1), timezone.now()
    make.error(created_at=before)
    make.error(created_at=before, disposition="RESOLVED", resolved_at=within)
    make.error(make.URL, created_at=within)
    make.error(created_at=within, disposition="PARKED")
    make.archived(created_at=before, archived_at=within)
    make.archived(
        created_at=before, archived_at=within, final_disposition="RESOLVED", resolved_at=before
    )

    assert backlog.since(start) == (1, 2, 2)


def test_only_days_that_ended_are_asked_for():
    make.error(created_at=timezone.now() - timedelta(days=2))
    keep(YESTERDAY, make.CT, 0, 0, 0)

    assert backlog.unkept(TODAY, most=90) == [TODAY - timedelta(days=2)]
    assert backlog.unkept(TODAY, most=1) == []
