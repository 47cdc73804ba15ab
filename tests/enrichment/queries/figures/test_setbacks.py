"""Runs of the last 30 days that came to nothing are counted by one index."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from enrichment.queries.figures import setbacks
from tests import make
from tests.enrichment.plans import plan_of, populate
from tests.governance.reading import reading

pytestmark = pytest.mark.django_db


def test_they_are_told_apart_by_kind_type_and_time():
    now = timezone.now()
    workflow = make.workflow()
    fresh = make.run(workflow=workflow)
    needless = {"refused_for": fresh, "credits_saved": Decimal("2.50")}
    make.run("skipped", workflow=workflow, **needless)
    make.run("skipped", workflow=workflow, **needless)
    make.run("skipped", workflow=workflow)
    make.run("stale", workflow=workflow)
    for error_class in ("timeout", "timeout", ""):
        make.run("failed", workflow=workflow, error_class=error_class)
    make.run("failed", workflow=make.workflow(key_type="person"), entity_key="linkedin.com/in/x")
    make.run("stale", workflow=workflow, ran_at=now - timedelta(days=31))

    with reading():
        found = setbacks.lately(["company"], at=timezone.now())

    assert (found.stale, found.failed, found.duplicates) == (1, 3, 2)
    assert found.credits_saved == 5
    assert found.classes == {"timeout": 2, "": 1}


def test_they_are_read_by_their_index():
    populate(make.workflow())
    given = {"types": ["company"], "since": setbacks.since(timezone.now())}

    plan = plan_of(setbacks.READ, given)

    assert "run_setback" in plan and "Seq Scan on enrichment_run" not in plan


def test_open_runs_are_counted_by_state():
    workflow = make.workflow()
    for status in ("running", "running", "pending", "completed"):
        make.run(status, workflow=workflow)

    assert setbacks.under_way("company") == {"running": 2, "pending": 1}
    assert setbacks.under_way("person") == {}
