"""Pages of campaign lists: what would be given, what was, and its file."""

import base64
import hashlib

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from governance.models import CampaignList, Readiness
from governance.services.files import campaigns
from tests import make
from tests.markup import tight

pytestmark = pytest.mark.usefixtures("committed_db")
URL = "/campaigns/new/"


@pytest.fixture
def analyst(client):
    """Somebody who may take companies out."""
    person = make.analyst()
    client.force_login(person)
    return person


def test_what_would_be_given_is_counted_and_handed_out_and_had_again(client, analyst):
    ready = make.promotable()
    make.error(outreach=make.promotable())

    page = client.get(URL, {"ct_done": "true"})
    answer = client.post(f"{URL}?ct_done=true")
    given = CampaignList.objects.get()
    detail = client.get(answer.url)
    file = client.get(f"/campaigns/{given.pk}/file/")

    assert 'href="/companies/?ct_done=true">2</a>' in page.text
    assert 'href="/companies/?ct_done=true&amp;promotable=true">1</a>' in page.text
    assert (given.filter, given.companies, given.requester) == ("ct_done=true", 1, analyst)
    assert answer.url == f"/campaigns/{given.pk}/"
    assert given.checksum in detail.text and "ct_done=true" in detail.text
    content = b"".join(file.streaming_content)
    assert str(ready.pk) in content.decode()
    assert hashlib.sha256(content).hexdigest() == given.checksum
    assert int(file["Content-Length"]) == len(content)
    digest = base64.b64encode(bytes.fromhex(given.checksum)).decode()
    assert file["Repr-Digest"] == f"sha-256=:{digest}:"
    assert f"campaign-LIST-{given.pk}_ct_done=true" in file["Content-Disposition"]


def test_a_filter_without_a_promotable_company_hands_out_nothing(client, analyst):
    make.outreach()

    page = client.get(URL)
    refused = client.post(URL)

    assert "there is nothing to hand out" in page.text and "Hand out this list" not in page.text
    assert refused.status_code == 422
    assert client.post(f"{URL}?tier=AWFUL").status_code == 400
    assert not CampaignList.objects.exists()


def test_lists_are_there_for_all_who_may_export(client, analyst):
    make.promotable()
    given = campaigns.take(Readiness.objects.all(), filter="", by=make.analyst())

    assert f"LIST-{given.pk}" in client.get("/campaigns/").text
    assert client.get(f"/campaigns/{given.pk}/file/").status_code == 200
    assert client.get("/campaigns/2000000000/").status_code == 404
    assert 'href="/campaigns/new/?promotable=true"' in tight(
        client.get("/readiness/export/?promotable=true").text
    )
    client.force_login(make.viewer())
    assert client.get(f"/campaigns/{given.pk}/file/").status_code == 403


def test_a_hundred_lists_cost_no_more_queries_than_one(client, analyst):
    make.promotable()

    def queries() -> list[str]:
        """The tables that are asked: they tell what was asked more than was meant."""
        with CaptureQueriesContext(connection) as found:
            assert client.get("/campaigns/").status_code == 200
        return [" ".join(query["sql"].split())[:200] for query in found]

    campaigns.take(Readiness.objects.all(), filter="", by=analyst)
    # what a process looks up once is looked up
    queries()
    one = queries()
    for _ in range(99):
        campaigns.take(Readiness.objects.all(), filter="", by=make.analyst())

    assert len(one) <= 12, "\n".join(one)
    assert len(queries()) == len(one)
