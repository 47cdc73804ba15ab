"""A list that is asked for twice at the same moment is handed out once."""

import threading
from concurrent.futures import ThreadPoolExecutor

from django.db import connection

from governance.models import CampaignList, Readiness
from governance.services.files import campaigns
from tests import make


def test_of_two_clicks_at_once_the_second_waits_for_the_first(committed_db):
    make.promotable()
    analyst = make.analyst()
    start = threading.Barrier(2)

    def press() -> int:
        try:
            start.wait(10)
            return campaigns.take(Readiness.objects.all(), filter="", by=analyst).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as hands:
        given = [click.result() for click in [hands.submit(press), hands.submit(press)]]

    assert given[0] == given[1] and CampaignList.objects.count() == 1
