"""The figures of the backlog are kept for each day, the same whenever they are counted."""

from datetime import UTC, datetime, time, timedelta

import pytest
from django.utils import timezone

from governance.exceptions import SnapshotRefused
from governance.models import BacklogDay, HubError
from governance.queries.jobs import totals
from governance.services import backlog
from governance.services.jobs import runs as job_runs
from tests import make

pytestmark = pytest.mark.django_db
TODAY = timezone.now().date()


def noon(days: int) -> datetime:
    return datetime.combine(TODAY - timedelta(days=days), time(12), tzinfo=UTC)


def of(days: int, table: str = make.CT) -> tuple[int, int, int]:
    kept = BacklogDay.objects.get(day=TODAY - timedelta(days=days), error_table=table)
    return kept.opened, kept.closed, kept.open


def told() -> list[tuple]:
    return list(BacklogDay.objects.values_list("day", "error_table", "opened", "closed", "open"))


def populate() -> None:
    make.errors(2, created_at=noon(4))
    make.error(created_at=noon(4), disposition="RESOLVED", resolved_at=noon(2))
    make.error(created_at=noon(3), disposition="PARKED")
    make.archived(created_at=noon(4), archived_at=noon(1))
    was_resolved = {"final_disposition": "RESOLVED", "resolved_at": noon(3)}
    make.archived(created_at=noon(4), archived_at=noon(1), **was_resolved)


def test_each_day_has_what_came_what_went_and_what_was_left():
    populate()

    assert backlog.fill() == 4

    assert [of(days) for days in (4, 3, 2, 1)] == [(5, 0, 5), (1, 1, 5), (0, 1, 4), (0, 1, 3)]


def test_what_is_only_logged_is_no_backlog():
    make.error(make.URL, created_at=noon(2))
    make.error(make.LOG, outreach=None, created_at=noon(2))
    make.archived(make.LOG, created_at=noon(2), final_disposition="IGNORE")

    backlog.fill()

    assert {tuple(row[2:]) for row in told()} == {(0, 0, 0)}


def test_a_day_that_was_missed_is_counted_later_with_the_same_figures():
    populate()
    backlog.fill()
    before = told()
    HubError.objects.filter(disposition="RETRY").update(
        disposition="RESOLVED", resolved_at=timezone.now()
    )
    make.errors(3)
    BacklogDay.objects.filter(day__lt=TODAY - timedelta(days=1)).delete()

    assert backlog.fill() == 3

    assert told() == before


def test_days_that_no_error_tells_of_are_not_made_up():
    assert backlog.fill() == 0

    make.error(created_at=noon(1))

    assert backlog.fill() == 1
    assert {row[0] for row in told()} == {TODAY - timedelta(days=1)}


def test_a_day_that_has_not_ended_is_refused():
    with pytest.raises(SnapshotRefused, match="has not ended"):
        backlog.take([TODAY])


def test_a_day_before_any_error_is_refused():
    yesterday = TODAY - timedelta(days=1)
    with pytest.raises(SnapshotRefused, match="No error tells of"):
        backlog.take([yesterday])

    make.error(created_at=noon(1))
    with pytest.raises(SnapshotRefused, match="No error tells of"):
        backlog.take([yesterday, yesterday - timedelta(days=1)])


def test_counting_again_replaces_what_was_counted():
    populate()
    backlog.fill()
    before = told()

    backlog.take([TODAY - timedelta(days=4)])

    assert told() == before


def test_its_job_counts_what_is_missing():
    populate()

    run = job_runs.run("backlog_days", trigger="command", started_by="root")

    assert totals.by_job(run) == {"backlog_days": {"days": 4}}
    assert BacklogDay.objects.values("day").distinct().count() == 4
