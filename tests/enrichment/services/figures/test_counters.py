"""Folding keeps every sum; a night's check tells where one is wrong."""

import pytest

from enrichment.models import CoverageCheck, EntityCount, StateCount
from enrichment.queries import coverage
from enrichment.services.figures import counters
from governance.services import housekeeping
from tests import make, owner

pytestmark = pytest.mark.django_db


def sums() -> tuple[dict, dict]:
    return coverage.states("company"), coverage.entities()


def test_folding_changes_no_sum_and_leaves_one_row_each():
    workflow = make.workflow()
    for status in ("completed", "failed", "completed", "running"):
        make.run(status, workflow=workflow)
    before = sums()

    counters.fold()

    assert sums() == before
    assert (StateCount.objects.count(), EntityCount.objects.count()) == (3, 1)


def test_counting_anew_gives_what_the_rows_say():
    make.run()
    before = sums()
    owner.runs("UPDATE enrichment_statecount SET rows = 7")
    owner.runs("DELETE FROM enrichment_entitycount")

    counters.recount()

    assert sums() == before


def test_a_check_of_its_own_is_kept():
    make.entity()

    assert counters.check_alone() == CoverageCheck.objects.get(differing=0)


def test_folding_is_a_chore_of_the_house():
    assert "folding counters of coverage" in housekeeping.CHORES
