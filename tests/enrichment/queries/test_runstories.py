"""What happened around a run."""

from datetime import timedelta

import pytest
from django.utils import timezone

from enrichment.models import Run
from enrichment.queries import runstories
from tests import make

NOW = timezone.now()


@pytest.mark.django_db
def test_runs_of_the_same_entity_and_workflow_are_its_story_newest_first():
    run = make.run(ran_at=NOW)
    same = {"workflow": run.workflow, "entity_key": run.entity_key}
    older = make.run("failed", ran_at=NOW - timedelta(days=1), **same)
    make.run(entity_key=run.entity_key)
    make.run(workflow=run.workflow)

    assert runstories.beside(run) == [run, older]


@pytest.mark.django_db
def test_requests_that_a_run_made_needless_are_found():
    run = make.run()
    mine = make.run("skipped", refused_for=run)
    make.run("skipped", refused_for=make.run())

    assert runstories.refusals(run) == (1, [mine])


def test_layers_come_in_the_order_that_records_flow():
    run = Run(layers={"core": {"out": 2}, "odd": {}, "raw": {"in": 1, "out": "x"}})

    found = [(one.layer, one.numbers) for one in runstories.layers(run)]

    assert found == [
        ("raw", [1, None, None, None]),
        ("core", [None, 2, None, None]),
        ("odd", [None, None, None, None]),
    ]
