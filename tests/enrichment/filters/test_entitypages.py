"""Pages of entities: whole, in order, read from the place in the list on; numbers from counters."""

import pytest
from django.db import connection
from django.db.models import Q
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from enrichment.filters.entities import EntityFilter
from enrichment.filters.entitypages import EntityListing
from enrichment.models import Entity
from tests import make
from tests.enrichment.plans import plan_of, populate

pytestmark = pytest.mark.django_db
FAILED, NEVER = "workflow=news&state=failed", "workflow=news&state=not_run"


def listing(query: str) -> EntityListing:
    return EntityListing(EntityFilter(QueryDict(query), Entity.objects.all()))


@pytest.fixture
def workflow():
    found = make.workflow(workflow_name="news")
    for number in range(7):
        make.run("failed", workflow=found, entity_key=f"f{number}.example")
        make.entity(f"n{number}.example")
    make.run(workflow=found, entity_key="done.example")
    make.entity("linkedin.com/in/x", "person")
    return found


@pytest.mark.parametrize("query", [FAILED, NEVER, "workflow=news", "type=company", ""])
@pytest.mark.parametrize("sort", ["entity_key", "-entity_key"])
def test_pages_forth_and_back_are_the_whole_list(workflow, query, sort):
    found = listing(query)
    whole = list(found.filterset.qs.order_by(sort))
    paginator = found.paginator(sort=sort, size=3)

    pages = [paginator.page()]
    while pages[-1].after:
        pages.append(paginator.page(after=pages[-1].after))

    assert [row for page in pages for row in page.rows] == whole
    if len(pages) > 1:
        assert paginator.page(before=pages[1].before).rows == pages[0].rows


def test_numbers_come_from_counters_while_they_know(workflow):
    for query, rows in (
        (FAILED, 7),
        (NEVER, 7),
        (f"{NEVER}&state=failed", 14),
        ("workflow=news", 15),
        ("workflow=news&type=person", 0),
        ("type=person", 1),
        ("", 16),
    ):
        with CaptureQueriesContext(connection) as captured:
            total = listing(query).total()

        asked = " ".join(one["sql"] for one in captured)
        assert (total.count, total.at_least) == (rows, False)
        assert listing(query).filterset.qs.count() == rows
        assert '"enrichment_entity"' not in asked and len(captured) <= 3


def test_other_filters_are_counted_by_rows_and_facets_have_no_number(workflow):
    found = listing(f"{FAILED}&q=f3.")

    assert (found.total().count, found.known_counts("state")) == (1, None)
    assert listing(FAILED).known_counts("in_warehouse") is None


def test_facets_are_those_of_the_counters(workflow):
    states = listing(FAILED).known_counts("state")
    kinds = listing("").known_counts("type")

    assert {name: tally.count for name, tally in states.items() if tally.count} == {
        "completed": 1,
        "failed": 7,
        "not_run": 7,
    }
    assert {name: tally.count for name, tally in kinds.items()} == {"company": 15, "person": 1}


@pytest.mark.parametrize(
    ("query", "index"),
    [
        ("workflow=fresh&state=failed", "state_of_workflow"),
        ("workflow=fresh&state=not_run", "Anti Join"),
        ("workflow=fresh&gap=true", "state_gap"),
        ("in_warehouse=false", "entity_outside"),
        ("type=company", "entity_by_key"),
    ],
)
def test_a_page_is_read_by_index_and_no_table_whole(query, index):
    populate(make.workflow(workflow_name="fresh"))
    rows = listing(query).filterset.between(Q(entity_key__gte="c2"))
    sql, given = rows.order_by("entity_key", "id")[:51].query.sql_with_params()

    plan = plan_of(sql, given)

    assert index in plan
    assert "Seq Scan on enrichment_entity" not in plan
    assert "Seq Scan on enrichment_state" not in plan
