"""A million companies are fifty times the warehouse, in every figure that is no draw of lots."""

import io

import pytest
from django.core.management import call_command

from enrichment.demo import population
from enrichment.models import Entity, Run, State

pytestmark = pytest.mark.soak
MILLION = 50
# each run of an entity is drawn by itself
DRAWN = "runs "


def test_every_figure_is_multiplied(committed_db):
    call_command("load_demo", scenario="warehouse", scale=MILLION, stdout=io.StringIO())

    found = dict(population.figures())

    assert found["core.companies"] == 1_000_000
    assert found["core.people"] == 3_000_000
    assert found["companies listed without a location"] == 2_750 * MILLION
    assert found["people with a start date and no tenure"] == 4_858 * MILLION
    assert found["domains with funding that core has not"] == 4_800 * MILLION
    assert found["profiles of people"] == found["people with a location in core"]
    assert found["entities of the warehouse"] == Entity.objects.count() == 4_000_000
    assert sum(n for label, n in found.items() if label.startswith(DRAWN)) == Run.objects.count()
    assert State.objects.count() > 1_000_000
