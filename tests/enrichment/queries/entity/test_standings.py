"""What a page says of each workflow beside the answer of the API."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from enrichment.queries import status
from enrichment.queries.entity import standings
from tests import make

pytestmark = pytest.mark.django_db
IRONCLAD = {"entity_key": "ironclad.com"}


def found():
    return standings.of(status.of("company", "ironclad.com"))


@pytest.mark.parametrize(("records", "days"), [(5, 30), (None, 30), (0, 2)])
def test_what_was_found_is_fresh_for_longer_than_nothing(records, days):
    workflow = make.workflow(fresh_days=30, empty_fresh_days=2)
    run = make.run(workflow=workflow, records_out=records, **IRONCLAD)

    (standing,) = found()

    assert standing.fresh_until == run.completed_at + timedelta(days=days)
    assert standing.run == run


def test_freshness_without_end_is_no_fault():
    workflow = make.workflow(fresh_days=2_000_000_000)
    make.run(workflow=workflow, **IRONCLAD)

    assert found()[0].fresh_until > timezone.now() + timedelta(days=36_000)


def test_what_never_ran_is_there_and_fresh_at_no_time():
    make.workflow()
    make.run("failed", **IRONCLAD)

    assert [one.fresh_until for one in found()] == [None, None]
    assert {one.state is None for one in found()} == {True, False}


def test_a_workflow_that_was_renamed_since_is_left_out():
    workflow = make.workflow(workflow_name="before")
    answer = status.of("company", "ironclad.com")
    workflow.workflow_name = "after"
    workflow.save()

    assert standings.of(answer) == []


def test_sixty_workflows_cost_as_many_queries_as_one():
    make.run(**IRONCLAD)
    with CaptureQueriesContext(connection) as one:
        found()
    for _ in range(59):
        make.run(**IRONCLAD)

    with CaptureQueriesContext(connection) as sixty:
        assert len(found()) == 60

    assert len(sixty) == len(one) == 3
