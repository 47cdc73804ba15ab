"""Coverage at a million companies and a million runs, with kept days: its page, its parts, its files."""

from urllib.parse import urlencode

import pytest
from django.test import Client

from enrichment.models import Entity, Workflow
from enrichment.services.figures import days
from outreach_admin.db.roles import as_owner
from tests import make
from tests.bench.test_runs import past
from tests.bench.visits import percentile, report, visit, visit_all

pytestmark = pytest.mark.bench
MILLION = 1_000_000
# a whole page: with who asks, rights and navigation
P95, QUERIES = 0.15, 16
BUCKETS = ("completed", "running", "failed", "stale", "not_run")
MORE_COMPANIES = """
    INSERT INTO enrichment_entity (entity_type, entity_key, name, in_warehouse)
    SELECT 'company', 'company' || n || '.example', 'Company ' || n, true
    FROM generate_series(1, %s) n
    ON CONFLICT DO NOTHING
"""


@pytest.fixture(scope="module")
def million(django_db_setup, django_db_blocker):
    """Somebody who looks at a million companies of which 50,000 have been enriched."""
    with django_db_blocker.unblock(), past(MILLION):
        with as_owner() as database, database.cursor() as cursor:
            cursor.execute(MORE_COMPANIES, [MILLION])
            cursor.execute("VACUUM (ANALYZE) enrichment_entity, enrichment_entitycount")
        assert days.fill() > 50
        client = Client()
        client.force_login(make.analyst())
        yield client


def lists() -> list[str]:
    """Each part of the bars of five workflows."""
    names = Workflow.objects.values_list("workflow_name", flat=True)[:5]
    return [
        "/enrichment/entities/?" + urlencode({"workflow": name, "state": bucket})
        for name in names
        for bucket in BUCKETS
    ]


def test_the_page_comes_at_once(million, redis_server):
    assert Entity.objects.count() >= MILLION
    pages, stretched = visit_all(million, ["/enrichment/coverage/"] * 20)

    report("coverage of a million companies", pages, stretched=stretched, slowest=1)
    assert max(one.queries for one in pages) <= QUERIES
    assert percentile([one.seconds for one in pages], 95) <= P95 * stretched
    runs = visit(million, "/enrichment/coverage/runs/", part=True)
    report("its figures of runs", [runs], stretched=stretched)


def test_each_part_of_a_bar_leads_to_its_companies_at_once(million, redis_server):
    found, stretched = visit_all(million, lists())

    report("companies in a part of a bar", found, stretched=stretched)
    assert max(one.queries for one in found) <= QUERIES
    assert percentile([one.seconds for one in found], 95) <= P95 * stretched
