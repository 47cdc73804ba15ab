"""How many companies stand how, now and at the end of days."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from governance.models import ReadinessSnapshot, Tier
from governance.queries.readiness import figures
from governance.services import snapshots
from tests import make
from tests.governance.reading import read_only
from tests.governance.transitions import days_ago

pytestmark = pytest.mark.django_db


def reads(asked: CaptureQueriesContext) -> int:
    """Count the statements that read a table."""
    return len([one for one in asked if "governance_" in one["sql"]])


def test_companies_are_counted_each_way_in_one_query():
    make.promotable()
    make.outreach()

    with CaptureQueriesContext(connection) as asked:
        found = figures.now()

    assert (found.companies, found.promotable, reads(asked)) == (2, 1, 1)
    assert sum(found.tiers.values()) == 2 and list(found.tiers) == list(Tier.values)
    assert found.reasons == {"none": 1, "CT_MISSING": 1}
    assert found.bottlenecks == {"none": 1, "HUB-COMPANY-TARGET": 1}


def test_a_day_adds_up_to_the_figures_of_its_moment():
    make.promotable()
    make.outreach()
    snapshot = snapshots.take(days_ago(0))

    found = read_only(figures.of_snapshot)(snapshot)

    now = figures.now()
    assert (found.companies, found.promotable) == (now.companies, now.promotable)
    assert found.tiers == now.tiers and found.reasons == now.reasons


def test_figures_that_were_read_ahead_are_not_read_again():
    make.outreach()
    snapshots.take(days_ago(0))
    kept = ReadinessSnapshot.objects.prefetch_related("figures").get()

    with CaptureQueriesContext(connection) as asked:
        figures.of_snapshot(kept)

    assert reads(asked) == 0
