"""What the registry can be narrowed to."""

import pytest
from django.http import QueryDict
from django.utils import timezone

from enrichment.filters.workflows import WorkflowFilter
from enrichment.models import Workflow
from enrichment.queries.entries import EntryListing
from outreach_admin.exceptions import BadRequest
from tests import make

pytestmark = pytest.mark.django_db
WHOLE = {
    "raw_table": "raw.a",
    "extracted_table": "extracted.a",
    "key_column": "domain",
    "intent": "by_design_not",
    "owner": "Data team",
    "verified_at": timezone.now(),
}


def found(query):
    rows = WorkflowFilter(QueryDict(query), Workflow.objects.all()).qs
    return sorted(rows.values_list("workflow_name", flat=True))


@pytest.fixture(autouse=True)
def registry():
    make.workflow(workflow_name="whole", **WHOLE)
    bare = make.workflow(workflow_name="bare", key_type=None, is_active=False)
    bare.aliases.create(alias="earlier")
    bare.flows.create(layer="core", table_name="core.odd_one")


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", ["bare", "whole"]),
        ("complete=true", ["whole"]),
        ("complete=false", ["bare"]),
        ("is_active=false", ["bare"]),
        ("key_type=none", ["bare"]),
        ("intent=by_design_not", ["whole"]),
        ("owner=Data+team", ["whole"]),
        ("q=earlier", ["bare"]),
        ("q=ODD_one", ["bare"]),
        ("q=%25", []),
    ],
)
def test_it_keeps(query, names):
    assert found(query) == names


@pytest.mark.parametrize(
    ("query", "name", "counts"),
    [
        ("", "complete", {"true": 1, "false": 1}),
        ("complete=true", "complete", {"true": 1, "false": 1}),
        ("complete=true", "owner", {"Data team": 1}),
        ("", "owner", {"Data team": 1, "none": 1}),
        ("q=earlier", "key_type", {"none": 1}),
        ("is_active=false", "provider", {"none": 1}),
    ],
)
def test_all_facets_and_the_total_are_counted_by_one_query(
    query,
    name,
    counts,
    django_assert_num_queries,
):
    listing = EntryListing(WorkflowFilter(QueryDict(query), Workflow.objects.all()))

    with django_assert_num_queries(1):
        said = {facet: listing.facet_counts(facet) for facet in WorkflowFilter.facets}
        total = listing.total().count

    assert {value: tally.count for value, tally in said[name].items()} == counts
    assert total == len(found(query))


@pytest.mark.parametrize("query", ["intent=perhaps", "is_active=2", "colour=red"])
def test_it_refuses(query):
    with pytest.raises(BadRequest):
        found(query)


def test_nine_fields_make_an_entry_complete():
    whole, bare = Workflow.objects.order_by("-filled")

    assert (whole.filled, whole.is_complete, whole.missing) == (9, True, [])
    # active, and a core table
    assert (bare.filled, bare.is_complete) == (2, False)
    assert bare.missing == [
        "raw table",
        "extracted table",
        "key column",
        "key type",
        "coalesces",
        "owner",
        "verified",
    ]
