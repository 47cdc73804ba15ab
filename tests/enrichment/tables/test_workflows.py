"""What a row of the registry shows."""

import pytest

from enrichment.models import Workflow
from enrichment.tables.workflows import WorkflowTable
from tests import make
from tests.enrichment.views.test_workflows import LIST

pytestmark = pytest.mark.django_db


def test_a_row_says_what_its_entry_lacks(client):
    make.workflow(workflow_name="company_news", raw_table="raw.news", key_column="domain")
    client.force_login(make.viewer())

    page = client.get(LIST).text

    assert "company_news" in page and 'title="raw.news"' in page
    assert "4 of 9" in page
    assert "extracted table, core table, coalesces, owner, verified" in page


def test_entries_stand_in_groups_by_name():
    make.workflow(workflow_name="b_person", key_type="person")
    make.workflow(workflow_name="z_company")
    make.workflow(workflow_name="a_retired", is_active=False)
    make.workflow(workflow_name="a_company")
    make.workflow(workflow_name="unknown", key_type=None)
    rows = Workflow.objects.order_by("placed", "pk")

    groups = list(WorkflowTable(rows, sort="group").groups())

    assert [one.heading for one in groups] == [
        "Companies: 2 workflows on this page",
        "People: 1 workflow on this page",
        "Without a key type: 1 workflow on this page",
        "Inactive: 1 workflow on this page",
    ]
    assert [row.name for row in groups[0].rows] == ["a_company", "z_company"]
    assert [one.heading for one in WorkflowTable(rows, sort="complete").groups()] == [""]


def test_a_layer_is_named_missing_or_needless():
    make.workflow(raw_table="raw.a", intent="legacy")
    rows = Workflow.objects.all()

    (row,) = WorkflowTable(rows).body()

    shown = {cell.label: str(cell.content) for cell in row.cells}
    assert 'class="is-good" title="raw.a"' in shown["Raw"]
    assert 'class="is-warn" title="missing"' in shown["Extracted"]
    assert 'title="none, by design"' in shown["Core"]


def test_a_whole_entry_lacks_nothing():
    assert "nothing" in WorkflowTable([]).render_missing([])
    assert "owner, verified" in WorkflowTable([]).render_missing(["owner", "verified"])


def test_what_is_shown_at_first_fits_beside_the_facets():
    assert not WorkflowTable([]).is_broad
