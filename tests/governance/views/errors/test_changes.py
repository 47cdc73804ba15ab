"""What would change, as a page: each figure leads to exactly its companies."""

import re
from html import unescape
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from django.urls import reverse

from governance.filters.companies import CompanyFilter
from governance.models import Readiness
from tests import make
from tests.markup import tight

pytestmark = pytest.mark.django_db
URL = "/errors/changes/"


@pytest.fixture
def viewer(client):
    """Somebody who may look."""
    client.force_login(make.viewer())


def figures(page: str) -> dict[str, tuple[int, str]]:
    """Each figure of the ledgers by its words, with the address it leads to."""
    found = re.findall(r'<dt>([^<]+)</dt>\s*<dd>\s*<a class="link" href="([^"]+)">([\d,]+)<', page)
    return {words: (int(count.replace(",", "")), unescape(url)) for words, url, count in found}


def behind(url: str) -> int:
    """How many companies an address lists."""
    query = urlencode(parse_qsl(urlsplit(url).query))
    return CompanyFilter.from_text(query, Readiness.objects.all()).qs.count()


@pytest.mark.parametrize(
    "query", ["", "?error_table=outreach.dol_errors", "?created_after=7d-ago", "?view=all"]
)
def test_every_figure_leads_to_exactly_its_companies(client, viewer, query):
    for table in (make.DOL, make.CT, make.PEOPLE):
        make.error(table, outreach=make.promotable())
    make.error(make.URL)
    make.error(make.CT, disposition="RESOLVED")

    page = client.get(f"{URL}{query}")

    found = figures(page.text)
    assert len(found) == 7
    for words, (count, url) in found.items():
        assert behind(url) == count, words
    assert found["To Outreach"][0] == (1 if "table" in query else 3)
    assert found["Are held by one that blocks"][0] == (1 if "table" in query else 3)


@pytest.mark.parametrize("query", ["disposition=RESOLVED", "blocks=false"])
def test_errors_that_cannot_block_hold_nobody(client, viewer, query):
    make.error(make.CT, outreach=make.promotable(), disposition="RESOLVED")

    page = tight(client.get(f"{URL}?{query}").text)

    assert "<dt>Are held by one that blocks</dt><dd>0</dd>" in page


def test_a_wrong_filter_counts_nothing(client, viewer):
    answer = client.get(f"{URL}?codes=NO_MATCH")

    assert answer.status_code == 400
    assert "Unknown filter “codes”" in answer.text


def test_queue_and_groups_lead_to_it(client, viewer):
    make.error(make.DOL, outreach=make.promotable())

    queue = client.get(reverse("governance:error-list"), {"code": "NO_MATCH"}).text
    groups = client.get(reverse("governance:group-list")).text

    assert f'href="{URL}?code=NO_MATCH"' in queue
    (companies,) = re.findall(r'href="(/companies/\?errors=[^"]+)"', groups)
    (changes,) = re.findall(r'href="(/errors/changes/\?[^"]+)"', groups)
    assert behind(unescape(companies)) == 1
    assert figures(client.get(unescape(changes)).text)["To Outreach"][0] == 1


def test_hostile_filters_are_shown_as_text(client, viewer):
    page = client.get(URL, {"owner": "<script>alert(1)</script>"})

    assert page.status_code == 200
    assert "<script>alert" not in page.text
