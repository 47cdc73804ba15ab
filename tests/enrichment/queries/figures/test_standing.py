"""Where the entities of a page stand, in one query."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from enrichment.models import Entity
from enrichment.queries.figures import standing
from tests import make

pytestmark = pytest.mark.django_db
LACKS = {"records_in_extracted": 3, "records_in_core": 0}


def told(workflow) -> list[tuple]:
    rows = list(Entity.objects.order_by("entity_key"))
    with CaptureQueriesContext(connection) as captured:
        standing.attach(rows, workflow)
    assert len(captured) == 1
    return rows


def test_each_row_has_its_state_with_the_workflow():
    workflow = make.workflow()
    run = make.run(workflow=workflow, entity_key="a.example", **LACKS)
    make.run("failed", workflow=workflow, entity_key="b.example")
    make.run(workflow=make.workflow(), entity_key="c.example")

    first, second, third = told(workflow)

    assert (first.state, first.completed_at, first.gap) == ("completed", run.completed_at, "gap")
    assert (second.state, second.completed_at, second.gap) == ("failed", None, "")
    assert third.state == "not run"


def test_what_by_design_stays_out_of_core_is_no_gap():
    workflow = make.workflow(intent="by_design_not")
    make.run(workflow=workflow, **LACKS)

    (row,) = told(workflow)

    assert row.gap == ""


def test_without_a_workflow_the_completed_active_ones_are_counted():
    for is_active in (True, True, False):
        make.run(workflow=make.workflow(is_active=is_active), entity_key="a.example")
    make.run("failed", entity_key="b.example")

    first, second = told(None)

    assert (first.workflows, second.workflows) == (2, 0)
