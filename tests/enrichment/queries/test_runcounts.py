"""Runs counted by what facets offer."""

from decimal import Decimal

import pytest

from enrichment.models import Run, RunCount
from enrichment.queries import runcounts
from enrichment.services.figures import counters
from tests import make

pytestmark = pytest.mark.django_db


def cells(cube):
    return sorted((*map(str, cell.values.values()), cell.rows) for cell in cube.cells)


def some_runs():
    workflow = make.workflow()
    for status in ("completed", "failed", "running"):
        make.run(status, workflow=workflow, source="clay")
    make.run("completed", trigger="inferred")
    Run.objects.filter(status="running").update(status="completed", completed_at="2026-01-01T00Z")


def test_the_counters_are_what_the_rows_are():
    some_runs()

    assert cells(runcounts.kept()) == cells(
        runcounts.taken(Run.objects.all(), narrowed=Run.objects.all())
    )
    assert sum(cell.rows for cell in runcounts.kept().cells) == 4


def test_folding_changes_no_count():
    some_runs()
    before = cells(runcounts.kept())

    counters.fold()

    assert cells(runcounts.kept()) == before
    assert RunCount.objects.count() == len(before)


def test_counting_that_takes_too_long_settles_for_at_least():
    some_runs()

    found = runcounts.taken(
        Run.objects.extra(where=["pg_sleep(1) IS NOT NULL"]),
        narrowed=Run.objects.filter(source="clay"),
        seconds=0.1,
    )

    assert found.at_least
    assert sum(cell.rows for cell in found.cells) == 3


def test_needless_requests_are_summed():
    fresh = make.run()
    for credits in (2, Decimal("0.5"), None):
        make.run("skipped", refused_for=fresh, credits_saved=credits)

    assert runcounts.saved(Run.objects.all()) == runcounts.Saved(3, Decimal("2.50"))
    assert runcounts.saved(Run.objects.none()) == runcounts.Saved(0, Decimal(0))


def test_more_than_are_summed_are_at_least_so_many(monkeypatch):
    monkeypatch.setattr(runcounts, "MOST_SUMMED", 2)
    fresh = make.run()
    for _ in range(3):
        make.run("skipped", refused_for=fresh, credits_saved=2)

    assert runcounts.saved(Run.objects.all()) == runcounts.Saved(2, Decimal(4), at_least=True)


def test_needless_requests_are_counted_up_to_a_limit(monkeypatch):
    fresh = make.run()
    for _ in range(3):
        make.run("skipped", workflow=fresh.workflow, refused_for=fresh)
    make.run("skipped")
    assert runcounts.needless() == 3

    monkeypatch.setattr(runcounts, "MOST_SUMMED", 2)

    assert runcounts.needless() is None
