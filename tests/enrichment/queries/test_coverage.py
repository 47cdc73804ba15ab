"""The buckets of a workflow add up to all entities of its type."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from enrichment.models import Entity, Run
from enrichment.queries import coverage
from tests import make

pytestmark = pytest.mark.django_db


def test_every_entity_is_in_one_bucket_of_every_workflow():
    first, second = make.workflow(workflow_name="a"), make.workflow(workflow_name="b")
    make.workflow(is_active=False)
    make.workflow(key_type="person")
    for status in Run.Status:
        make.run(status, workflow=first)
    Entity.objects.create(entity_type="company", entity_key="quiet.example")
    Entity.objects.create(entity_type="person", entity_key="linkedin.com/in/somebody")

    lines = coverage.of("company")

    assert [one.workflow for one in lines] == [first, second]
    assert lines[0].buckets == {
        "completed": 1,
        "running": 1,
        "pending": 1,
        "failed": 1,
        "stale": 1,
        "not_run": 1,
    }
    assert lines[1].buckets["not_run"] == lines[1].entities == 6
    assert (lines[0].covered, lines[1].covered) == (1 / 6, 0)


def test_more_rows_and_workflows_cost_no_more_queries_and_read_no_states():
    for _ in range(5):
        workflow = make.workflow()
        for _ in range(5):
            make.run(workflow=workflow)

    with CaptureQueriesContext(connection) as captured:
        coverage.of("company")

    asked = " ".join(one["sql"] for one in captured)
    assert len(captured) == 3
    assert '"enrichment_state"' not in asked and '"enrichment_entity"' not in asked


def test_without_entities_nothing_is_covered():
    make.workflow()

    (line,) = coverage.of("company")

    assert (line.entities, line.covered) == (0, 0)
