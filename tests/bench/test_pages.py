"""Lists, groups and the first page over a million errors, a tenth of them worked on."""

import pytest
from django.test import Client
from django.urls import reverse

from governance.models import HubError
from tests import make
from tests.bench import addresses
from tests.bench.backlogs import MILLION, backlog, worked_on
from tests.bench.visits import percentile, report, visit

pytestmark = pytest.mark.bench
SECONDS = 0.15
QUERIES = 12
COUNTED = (
    "view=all",
    "disposition=RETRY",
    "code=CT-M-NO-MX&retry_count=2",
    "hub=HUB-DOL&owner=jane",
    "disposition=PARKED&escalation_level=2",
    "error_table=none",
)
UNCOUNTED = ("q=mail", "q=filing", "q=zzyzx", "created_after=2026-01-07T00:00Z", "expires_before=2026-02-03T00:00Z&disposition=RETRY", "company=nobody.invalid")


@pytest.fixture(scope="module")
def million(django_db_setup, django_db_blocker):
    """A million errors, and the client of a triager."""
    with django_db_blocker.unblock(), backlog(MILLION, kind=worked_on):
        client = Client()
        client.force_login(make.triager())
        yield client


def test_any_filter_and_order_of_the_list_is_read_at_once(million):
    wanted = addresses.Draw(seed=20260202).addresses()
    visits = [visit(million, address, part=True) for address in wanted]

    report(f"rows of the list at {HubError.objects.count():,} errors", visits, slowest=25)
    assert len(visits) >= 150
    assert max(one.queries for one in visits) <= QUERIES
    assert percentile([one.seconds for one in visits], 95) <= SECONDS


@pytest.mark.parametrize("part", ["total", "facets"])
def test_counts_of_facet_filters_come_from_the_counters(million, part):
    visits = [visit(million, f"{addresses.LIST}?{query}&part={part}", part=True) for query in COUNTED]

    report(f"{part}, only facet fields filtered", visits)
    assert max(one.seconds for one in visits) <= SECONDS


@pytest.mark.parametrize("part", ["total", "facets"])
def test_other_counts_are_exact_or_at_least_within_two_seconds(million, part):
    visits = [visit(million, f"{addresses.LIST}?{query}&part={part}", part=True) for query in UNCOUNTED]

    report(f"{part}, other fields filtered", visits)
    assert max(one.seconds for one in visits) <= 2.5


def test_whole_pages(million):
    queries = ["view=all", "disposition=PARKED&disposition=RETRY", "q=mail", "code=NO_MATCH&sort=expires", "owner=jane"]
    visits = [visit(million, f"{addresses.LIST}?{query}") for query in queries]

    report("whole list pages", visits)
    assert percentile([one.seconds for one in visits], 95) <= SECONDS * 2


def test_groups(million):
    address = reverse("governance:group-list")
    visits = [visit(million, f"{address}?{query}") for query in ("view=cause", "view=tries", "view=owner", "code=NO_MATCH", "disposition=PARKED&view=owner")]
    by_day = visit(million, f"{address}?view=expiry")
    effects = [visit(million, f"{address}?view={way}&part=effect", part=True) for way in ("cause", "owner")]

    report("groups from counters", visits)
    report("groups by day of expiry, from the rows", [by_day])
    report("what clearing each group would do", effects)
    assert max(one.seconds for one in visits) <= SECONDS
    assert max(one.seconds for one in [by_day, *effects]) <= 4.5
    assert max(one.queries for one in visits) <= QUERIES
