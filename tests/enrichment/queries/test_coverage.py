"""The buckets of a workflow add up to all entities of its type."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from enrichment.models import Run, State, Workflow
from enrichment.queries import coverage
from tests import make
from tests.governance.reading import reading

pytestmark = pytest.mark.django_db


def test_every_entity_is_in_one_bucket_of_every_workflow():
    first, second = make.workflow(workflow_name="a"), make.workflow(workflow_name="b")
    make.workflow(key_type="person")
    for status in Run.Status:
        make.run(status, workflow=first)
    make.entity()
    make.entity("linkedin.com/in/somebody", "person")

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


def test_inactive_workflows_stand_apart_and_those_without_a_type_are_told():
    active, off = make.workflow(), make.workflow(is_active=False)
    make.workflow(key_type=None)
    make.workflow(key_type=None, is_active=False)
    make.run(workflow=off)

    with reading():
        found = coverage.whole("company")

    assert [one.workflow for one in found.lines] == [active]
    assert [one.workflow for one in found.inactive] == [off]
    assert found.untyped == 1
    assert found.sums["not_run"] == found.entities == 1


def test_states_of_another_type_are_in_no_bucket_of_a_workflow():
    workflow = make.workflow(key_type="person")
    make.run(workflow=workflow, entity_key="linkedin.com/in/x")
    Workflow.objects.update(key_type="company")
    make.entity()

    (line,) = coverage.of("company")

    assert State.objects.count() == 1
    assert (line.buckets["completed"], line.buckets["not_run"]) == (0, 1)


def test_more_rows_and_workflows_cost_no_more_queries_and_read_no_states():
    for _ in range(5):
        workflow = make.workflow()
        for _ in range(5):
            make.run(workflow=workflow)

    with CaptureQueriesContext(connection) as captured:
        coverage.whole("company")

    asked = " ".join(one["sql"] for one in captured)
    assert len(captured) == 3
    assert '"enrichment_state"' not in asked and '"enrichment_entity"' not in asked


def test_without_entities_nothing_is_covered():
    make.workflow()

    (line,) = coverage.of("company")

    assert (line.entities, line.covered) == (0, 0)
