"""Folding keeps every sum."""

import pytest

from enrichment.models import EntityCount, StateCount
from enrichment.queries import coverage
from enrichment.services import counters
from governance.services import housekeeping
from tests import make

pytestmark = pytest.mark.django_db


def test_folding_changes_no_sum_and_leaves_one_row_each():
    workflow = make.workflow()
    for status in ("completed", "failed", "completed", "running"):
        make.run(status, workflow=workflow)
    before = coverage.states(), coverage.entities()

    counters.fold()

    assert (coverage.states(), coverage.entities()) == before
    assert (StateCount.objects.count(), EntityCount.objects.count()) == (3, 1)


def test_it_is_a_chore_of_the_house():
    assert "folding counters of coverage" in housekeeping.CHORES
