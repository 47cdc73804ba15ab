"""Counters that differ from their rows are named."""

import pytest
from django.db import connection

from enrichment.models import EntityCount, StateCount
from enrichment.queries.figures import drift
from enrichment.services.figures import counters
from tests import make, owner

pytestmark = pytest.mark.django_db


def problem() -> str:
    with connection.cursor() as cursor:
        return drift.problem(cursor)


def test_nothing_differs_while_triggers_keep_them():
    make.run("failed")
    make.run()

    assert drift.drift() == []


def test_each_combination_that_differs_is_named_and_health_tells_until_it_is_mended():
    workflow = make.workflow(workflow_name="news")
    make.run(workflow=workflow)
    wrong = StateCount(workflow_name="news", entity_type="company", status="failed", rows=1)
    owner.inserts(wrong)
    owner.inserts(EntityCount(entity_type="company", rows=-1))
    assert problem() == ""

    counters.check()

    assert drift.drift() == ["entities company", "news company failed"]
    assert problem() == (
        "2 counters differ of coverage from the rows: entities company, news company failed"
    )
    counters.recount()
    assert (drift.drift(), problem()) == ([], "")


def test_only_the_first_few_are_named():
    assert drift.first_of(["a", "b", "c", "d"]) == "a, b, c, .."
    assert len(drift.first_of(["x" * 255])) <= drift.LONGEST
