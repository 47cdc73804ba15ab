"""The readiness page, its charts by themselves, and their files."""

import csv
import io
import re
from datetime import timedelta
from html import unescape
from xml.etree import ElementTree

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from governance.charts import catalog
from governance.models import Hub
from governance.services import backlog
from tests import make, sample
from tests.governance.charts.followed import rows_behind
from tests.governance.views.desk import HTMX, text
from tests.markup import tight

pytestmark = pytest.mark.django_db
PAGE = "/readiness/"
NAMES = [*catalog.OF_COMPANIES, *catalog.OF_ERRORS]
NUMBER = re.compile(r'<td class="num"><a class="link" href="([^"]+)">([\d,]+)</a>')
MARK = re.compile(r'<a href="([^"]+)" aria-label="[^"]*: ([\d,]+)"')


def chart(name: str, *more: str) -> str:
    return "/".join(["/readiness/charts", name, *more, ""])


def populate() -> None:
    for _ in range(3):
        make.promotable()
    make.error(make.PEOPLE, outreach=make.promotable())
    make.target("failed")
    sample.of(40)


def checked(page: str, pattern: re.Pattern[str]) -> int:
    """How many numbers of a page are those of the lists behind them."""
    found = [(unescape(url), int(said.replace(",", ""))) for url, said in pattern.findall(page)]
    assert [rows_behind(url) for url, _ in found] == [said for _, said in found]
    return len(found)


# the days of the backlog lead to pages of their own
@pytest.mark.parametrize("name", [name for name in NAMES if name != "backlog"])
def test_marks_and_numbers_of_a_chart_lead_to_their_rows(client, analyst, name):
    populate()

    page = tight(text(client, chart(name)))

    assert checked(page, NUMBER) > 0
    assert checked(page, MARK) > 0


def test_the_page_shows_every_chart_and_where_the_slow_ones_are(client, analyst):
    populate()

    page = text(client, PAGE)

    for name in NAMES:
        assert page.count(f'id="chart-{name}"') == 1
    for name in catalog.OF_ERRORS:
        assert f'hx-get="{chart(name)}"' in page
        assert f'href="{chart(name)}"' in page


@pytest.mark.parametrize("query", ["tier=NOPE", "tier=NOT_READY", "%00=1", "\u202e=x"])
def test_a_key_never_means_all_companies(client, analyst, query):
    answer = client.get(f"{reverse('governance:readiness')}?{query}")

    assert answer.status_code == 400
    assert "Nothing is selected." in answer.content.decode()
    assert "choose companies at /companies/" in answer.content.decode()


def test_a_chart_by_itself_is_a_page_and_a_part(client, analyst):
    page = text(client, chart("errors"))
    part = text(client, chart("errors"), headers=HTMX)

    assert "<html" in page and "<html" not in part
    assert part.strip().startswith("<section")


def test_the_page_says_how_many_as_of_when_and_under_which_filter(client, analyst):
    make.outreach()

    page = tight(text(client, PAGE))

    assert re.search(r"1 company · no filter · as of <time [^>]+>[\d-]{10} [\d:]{8} UTC", page)
    assert "A tier ignores blocking errors" in page


def test_files_are_offered_to_those_who_may_take_them(client):
    export = reverse("governance:readiness-export")

    client.force_login(make.analyst())
    assert f'href="{export}?format=csv"' in text(client, PAGE)
    client.force_login(make.viewer())
    assert export not in text(client, PAGE)


def test_who_may_not_see_errors_is_shown_no_chart_of_them(client):
    person = make.user()
    person.user_permissions.add(Permission.objects.get(codename="view_readiness"))
    client.force_login(person)

    assert 'id="chart-errors"' not in text(client, PAGE)
    assert client.get(chart("errors")).status_code == 403
    assert client.get(chart("errors", "csv")).status_code == 403


@pytest.mark.parametrize(
    "address", [chart("no-such"), chart("no-such", "svg"), chart("tiers", "pdf")]
)
def test_an_unknown_chart_or_file_is_not_there(client, analyst, address):
    assert client.get(address).status_code == 404


@pytest.mark.parametrize("name", NAMES)
def test_pictures_and_tables_say_the_same(client, analyst, name):
    populate()

    picture = client.get(chart(name, "svg"))
    table = client.get(chart(name, "csv"))

    root = ElementTree.fromstring(picture.content)
    marks = [link.get("aria-label") for link in root.iter("{http://www.w3.org/2000/svg}a")]
    cells = list(csv.reader(io.StringIO(table.content.decode())))[2:]
    counts = {cell for line in cells for cell in line[1:]}
    assert {mark.rpartition(": ")[2].replace(",", "") for mark in marks} <= counts
    assert picture["Content-Type"] == "image/svg+xml; charset=utf-8"
    assert f'filename="{name}_' in picture["Content-Disposition"]
    assert table["Cache-Control"] == picture["Cache-Control"] == "private, no-store"


def test_a_hostile_name_is_shown_as_text_everywhere(client, analyst):
    Hub.objects.update(name='=cmd|"><script>alert(1)</script>\u202e')
    make.error(make.DOL)

    page = text(client, chart("errors"))
    picture = client.get(chart("errors", "svg")).content.decode()
    table = client.get(chart("errors", "csv")).content.decode()

    for written in (page, picture):
        assert "<script>alert" not in written and "\u202e" not in written
    assert "\n\"'=cmd" in table.replace("\r", "")


def test_a_page_costs_the_same_for_one_company_and_for_many(client, analyst):
    make.promotable()
    client.get(PAGE)
    with CaptureQueriesContext(connection) as few:
        client.get(PAGE)
    populate()

    with CaptureQueriesContext(connection) as many:
        client.get(PAGE)

    assert len(many) == len(few) <= 12


@pytest.mark.parametrize("name", NAMES)
def test_a_part_costs_few_queries(client, analyst, name):
    populate()

    with CaptureQueriesContext(connection) as asked:
        client.get(chart(name), headers=HTMX)

    assert len(asked) <= 12


def test_a_day_of_the_backlog_shows_its_rows_and_what_was_counted(client, analyst):
    day = (timezone.now() - timedelta(days=1)).date()
    make.error(created_at=timezone.now() - timedelta(days=1))
    backlog.fill()

    with CaptureQueriesContext(connection) as asked:
        page = tight(text(client, f"/readiness/backlog/{day}/"))

    assert "<h1>Backlog on" in page and "As it was counted" in page
    assert checked(page, NUMBER) > 0
    assert len(asked) <= 20


def test_a_day_that_nobody_counted_says_so(client, analyst):
    page = text(client, "/readiness/backlog/2001-01-01/")

    assert "Nobody has counted this day" in page


@pytest.mark.parametrize("day", ["2026-02-30", "0001-01-01", "9999-12-31", "2026-2-4"])
def test_what_is_no_day_is_not_there(client, analyst, day):
    assert client.get(f"/readiness/backlog/{day}/").status_code == 404
