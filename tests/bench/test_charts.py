"""The readiness page and its charts over a million errors."""

import time

import pytest
from django.test import Client
from django.urls import reverse

from governance.charts import catalog
from governance.services import backlog as counting
from tests import make
from tests.bench.backlogs import MILLION, backlog, worked_on
from tests.bench.visits import report, visit_all

pytestmark = pytest.mark.bench
# what is aimed at on a quiet machine, and how much slower another one may be
PAGE, PART, SLACK = 0.2, 0.15, 1.5
QUERIES = 16  # with what stands around a page: the person, rights, navigation


@pytest.fixture(scope="module")
def million(django_db_setup, django_db_blocker):
    """A million errors with their days counted, and the client of an analyst."""
    with django_db_blocker.unblock(), backlog(MILLION, kind=worked_on):
        started = time.perf_counter()
        days = counting.fill()
        print(f"\nthe backlog of {days} days, counted in {time.perf_counter() - started:.1f} s")
        client = Client()
        client.force_login(make.analyst())
        yield client


def test_the_readiness_page(million):
    visits, stretched = visit_all(million, [reverse("governance:readiness")])

    report("the readiness page", visits, stretched=stretched)
    assert max(one.seconds for one in visits) <= PAGE * SLACK * stretched
    assert max(one.queries for one in visits) <= QUERIES


def test_charts_that_come_as_parts(million):
    wanted = [reverse("governance:chart", args=[name]) for name in catalog.OF_ERRORS]
    visits, stretched = visit_all(million, wanted, part=True)

    for one in visits:
        report(one.address, [one], stretched=stretched)
    assert max(one.seconds for one in visits) <= PART * SLACK * stretched
    assert max(one.queries for one in visits) <= QUERIES
