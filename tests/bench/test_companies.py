"""Lists, pages and sums of companies, at more than a million of them."""

import statistics
import time
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from governance.models import Readiness, ReadinessSnapshot
from governance.queries.operations import effects
from governance.queries.readiness import moves
from governance.services import snapshots
from tests import make
from tests.bench import company_addresses
from tests.bench.backlogs import COMPANIES, backlog
from tests.bench.visits import percentile, report, stretch, visit_all

pytestmark = pytest.mark.bench
AT_LEAST = 1_000_000
# what is aimed at on a quiet machine, and how much slower another one may be
LIST, PAGE, TIERS, SLACK = 0.1, 0.1, 0.1, 1.5
SNAPSHOT, MOVED = 2.0, 2.0
QUERIES, PAGE_QUERIES = 12, 20
ROUNDS = 5
PAGES = 20


@pytest.fixture(scope="module")
def million(django_db_setup, django_db_blocker):
    """A million companies, and the client of an analyst."""
    with django_db_blocker.unblock(), backlog(COMPANIES):
        client = Client()
        client.force_login(make.analyst())
        yield client


def median(work) -> float:
    """The seconds of some rounds, the one in the middle."""
    taken = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        work()
        taken.append(time.perf_counter() - started)
    return statistics.median(taken)


def test_any_filter_and_order_of_companies_is_read_at_once(million):
    wanted = company_addresses.Draw(seed=20260202).addresses()
    visits, stretched = visit_all(million, wanted, part=True)
    companies = Readiness.objects.count()

    report(
        f"rows of the list at {companies:,} companies",
        visits,
        stretched=stretched,
        slowest=25,
    )
    assert companies >= AT_LEAST
    assert len(visits) >= 150
    assert max(one.queries for one in visits) <= QUERIES
    assert percentile([one.seconds for one in visits], 95) <= LIST * SLACK * stretched


def test_the_page_of_a_company(million):
    draw = company_addresses.Draw(seed=20260203)
    keys = [draw.company().pk for _ in range(PAGES)]
    wanted = [reverse("governance:company-detail", args=[key]) for key in keys]
    visits, stretched = visit_all(million, wanted)

    report("pages of companies", visits, stretched=stretched)
    assert max(one.queries for one in visits) <= PAGE_QUERIES
    assert percentile([one.seconds for one in visits], 95) <= PAGE * SLACK * stretched


def test_tiers_are_summed_at_once(million):
    kept, stretched = median(effects.tiers), stretch()

    print(f"\ntiers of {sum(effects.tiers().values()):,} companies: {kept * 1000:.1f} ms")
    assert kept <= TIERS * stretched


def test_a_snapshot_and_what_moved_between_two(million):
    last = ReadinessSnapshot.objects.order_by("-day").first()
    first = ReadinessSnapshot.objects.order_by("day").first()
    taken = median(lambda: snapshots.take(timezone.now().date()))
    moved = median(lambda: moves.counted(first, last))
    stretched = stretch()

    print(f"\na snapshot: {taken:.2f} s, what moved in {last.day - first.day}: {moved:.2f} s")
    assert last.day - first.day >= timedelta(days=7)
    assert taken <= SNAPSHOT * stretched
    assert moved <= MOVED * stretched
