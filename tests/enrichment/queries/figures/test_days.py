"""Days of coverage as they were kept, and what moved between them."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from enrichment.models import CoverageDay
from enrichment.queries import coverage
from enrichment.queries.figures import days
from tests import make
from tests.governance.reading import reading

pytestmark = pytest.mark.django_db
DAY = date(2026, 2, 4)


def keep(workflow, day: date = DAY, **buckets: int) -> CoverageDay:
    figures = dict.fromkeys(coverage.BUCKETS, 0) | buckets
    return CoverageDay.objects.create(
        day=day,
        workflow=workflow,
        entity_type=workflow.key_type,
        entities=sum(figures.values()),
        **figures,
    )


def test_a_day_adds_its_workflows_up():
    keep(make.workflow(), completed=3, not_run=2)
    keep(make.workflow(), completed=1, failed=4)
    keep(make.workflow(key_type="person"), completed=9)
    keep(make.workflow(), DAY - timedelta(days=40), completed=9)

    with reading():
        found = days.trend("company", first=DAY - timedelta(days=30))

    assert list(found) == [DAY]
    assert (found[DAY]["completed"], found[DAY]["failed"], found[DAY]["not_run"]) == (4, 4, 2)


def test_only_workflows_whose_figures_moved_are_named():
    moved, same, new = (make.workflow() for _ in range(3))
    then = [keep(moved, completed=3, not_run=2), keep(same, completed=1)]
    later = DAY + timedelta(days=1)
    now = [
        keep(moved, later, completed=4, not_run=1),
        keep(same, later, completed=1),
        keep(new, later, pending=2),
    ]

    first, second = days.changes(days.lines(now), days.lines(then))

    assert (first.workflow, first.moved["completed"], first.moved["not_run"]) == (
        moved.workflow_name,
        1,
        -1,
    )
    assert (second.workflow, second.moved["pending"]) == (new.workflow_name, 2)


def test_the_day_before_is_the_latest_kept_one():
    workflow = make.workflow()
    for back in (5, 3):
        keep(workflow, DAY - timedelta(days=back))

    assert days.before("company", DAY) == DAY - timedelta(days=3)
    assert days.before("person", DAY) is None


def test_days_that_nobody_kept_are_found_once_a_run_tells_of_them():
    today = timezone.now().date()
    assert days.unkept(today, most=90) == []
    workflow = make.workflow()
    make.run(workflow=workflow, ran_at=timezone.now() - timedelta(days=3))
    keep(workflow, today - timedelta(days=2))

    assert days.unkept(today, most=90) == [today - timedelta(days=3), today - timedelta(days=1)]
