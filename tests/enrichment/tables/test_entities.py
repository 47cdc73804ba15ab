"""Columns of companies and people."""

import pytest

from enrichment.models import Entity
from enrichment.queries.figures import standing
from enrichment.tables.entities import OF_WORKFLOW, EntityTable
from tests import make

pytestmark = pytest.mark.django_db


def cells(workflow, shown: set[str]) -> str:
    rows = list(Entity.objects.order_by("entity_key"))
    standing.attach(rows, workflow)
    table = EntityTable(rows, shown=shown)
    return "".join(row.markup for row in table.body())


def test_a_row_shows_its_state_with_the_workflow():
    workflow = make.workflow()
    make.run("stale", workflow=workflow, entity_key="a.example")
    make.entity("b.example", name="<b>Bold</b>", in_warehouse=True)

    shown = cells(workflow, {"name", "in_warehouse", *OF_WORKFLOW})

    assert "is-warn" in shown and "stale" in shown
    assert "not run" in shown and "never" in shown
    assert "&lt;b&gt;Bold&lt;/b&gt;" in shown and ">yes<" in shown


def test_without_one_it_shows_how_many_are_completed():
    make.run(entity_key="a.example")

    assert ">1<" in cells(None, {"workflows"})
