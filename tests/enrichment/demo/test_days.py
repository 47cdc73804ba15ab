"""The demo tells how coverage went, from its own runs."""

from datetime import timedelta

import pytest
from django.utils import timezone

from enrichment.demo import days
from enrichment.models import CoverageDay
from tests import make

pytestmark = pytest.mark.django_db


def test_each_of_the_last_days_adds_up_to_what_the_warehouse_holds():
    workflow = make.workflow()
    make.entity(in_warehouse=True)
    make.entity(in_warehouse=True)
    for back in (45, 20, 10):
        at = timezone.now() - timedelta(days=back)
        make.run(workflow=workflow, ran_at=at, completed_at=at)

    assert days.build() == 30

    told = CoverageDay.objects.order_by("day").values_list("entities", "completed", "not_run")
    assert told.first() == (3, 1, 2)
    assert told.last() == (5, 3, 2)
    assert CoverageDay.objects.count() == 30


def test_without_runs_there_is_nothing_to_tell():
    assert days.build() == 0
