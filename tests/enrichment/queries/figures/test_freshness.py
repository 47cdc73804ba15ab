"""Past freshness: completed, but longer ago than the workflow says."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from enrichment.queries.figures import freshness
from tests import make
from tests.enrichment.plans import plan_of, populate
from tests.governance.reading import reading

pytestmark = pytest.mark.django_db


def completed(workflow, days: int) -> None:
    at = timezone.now() - timedelta(days=days)
    make.run(workflow=workflow, ran_at=at, started_at=at, completed_at=at)


def test_only_what_is_older_than_its_workflow_says_is_past():
    weekly = make.workflow(workflow_name="weekly", fresh_days=7)
    yearly = make.workflow(workflow_name="yearly", fresh_days=365)
    for days in (1, 8, 30):
        completed(weekly, days)
        completed(yearly, days)
    make.run("failed", workflow=weekly)
    off = make.workflow(fresh_days=1, is_active=False)
    completed(off, 9)

    with reading():
        found = freshness.past("company", at=timezone.now())

    assert found == {"weekly": 2}
    assert freshness.past("person", at=timezone.now()) == {}


def test_it_is_read_by_index():
    populate(make.workflow(fresh_days=10))

    with connection.cursor() as cursor:
        # a few rows are read at once whatever index there is
        cursor.execute("SET LOCAL enable_seqscan = off")
    plan = plan_of(freshness.PAST, {"type": "company", "at": timezone.now()})

    assert "Index" in plan and "Seq Scan on enrichment_state" not in plan
