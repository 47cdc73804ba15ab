"""Coverage as a page, its parts, its days and its files."""

import csv
import re
from datetime import timedelta
from html import unescape
from urllib.parse import urlsplit
from xml.etree import ElementTree

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from enrichment.filters.entities import EntityFilter
from enrichment.filters.runs import RunFilter
from enrichment.models import Entity, EntitySync, Run, Scan
from enrichment.services.figures import days
from tests import make
from tests.governance.views.desk import HTMX
from tests.markup import tight

pytestmark = pytest.mark.django_db
PAGE, RUNS = "/enrichment/coverage/", "/enrichment/coverage/runs/"
NUMBER = re.compile(r'<a class="link" href="(/enrichment/entities/[^"]*)">([\d,]+)</a>')


def read(client, address: str, **headers: str) -> str:
    answer = client.get(address, headers=headers)
    assert answer.status_code == 200
    return tight(answer.text)


@pytest.fixture
def page(client):
    client.force_login(make.viewer())
    return lambda address, **headers: read(client, address, **headers)


def populate() -> None:
    now = timezone.now()
    workflow = make.workflow(workflow_name="news", provider="Clay", fresh_days=3)
    for status in ("completed", "failed", "stale", "running"):
        make.run(status, workflow=workflow, error_class="timeout")
    aged = now - timedelta(days=9)
    fresh = make.run(workflow=workflow, ran_at=aged, completed_at=aged)
    make.run("skipped", workflow=workflow, refused_for=fresh, credits_saved=4)
    make.entity()


def test_every_number_leads_to_exactly_its_entities(page):
    populate()

    shown = page(PAGE) + page(RUNS, **HTMX)

    said = [(unescape(url), int(rows)) for url, rows in NUMBER.findall(shown)]
    for url, rows in said:
        filtered = EntityFilter.from_text(urlsplit(url).query, Entity.objects.all())
        assert filtered.qs.count() == rows
    assert len(said) == 6


def test_the_page_says_what_there_is_and_people_are_apart(page):
    populate()
    make.workflow(workflow_name="profile", key_type="person")
    make.workflow(workflow_name="off", is_active=False)
    make.workflow(workflow_name="typeless", key_type=None)

    companies, people = page(PAGE), page(f"{PAGE}?type=person")

    assert "6 companies in 1 active workflow." in companies
    assert "Inactive workflows" in companies and ">off<" in companies
    assert "without a key type" in companies and ">profile<" not in companies
    assert ">profile<" in people and ">news<" not in people


def test_partial_coverage_is_never_all_green(page):
    populate()

    shown = page(PAGE)

    assert "fill-bad" in shown and "fill-warn" in shown
    assert "33.3 % completed" in shown


def test_an_empty_console_says_what_to_do(page):
    shown = page(PAGE)

    assert "No active workflow is about companies" in shown
    assert "no audit has read the code yet" in shown
    assert "No day has been kept yet" in shown


def test_rows_of_the_warehouse_that_were_left_out_are_told(page):
    away = "<script>It is away."
    EntitySync.objects.create(entity_type="company", rows=5_000, refused=1_200)
    EntitySync.objects.create(entity_type="person", rows=1, refused=0, problem=away)

    companies, people = page(PAGE), page(f"{PAGE}?type=person")

    assert "<strong>1,200 rows of 5,000</strong>" in companies
    assert "named no company, and were left out" in companies
    assert "Nothing more is taken over" not in companies
    assert "Nothing more is taken over" in people and "&lt;script&gt;It is away." in people
    assert "left out" not in people


def test_the_audit_is_told(page):
    summary = {"functions": 53, "functions_registered": 16}
    Scan.objects.create(tree="ingest", summary=summary, is_green=False, seconds=1)

    assert "of 53 that the latest audit found" in page(PAGE)


def test_runs_and_freshness_come_as_a_part(page):
    populate()

    part, whole = page(RUNS, **HTMX), page(RUNS)

    assert "<html" not in part and "<html" in whole
    assert "timeout" in part and "freshness=past" in part
    assert f'hx-get="{RUNS}?type=company"' in page(PAGE)


def test_what_moved_since_the_last_kept_day_is_told(page):
    populate()
    now = timezone.now()
    old = now - timedelta(days=2)
    still = make.workflow(workflow_name="still")
    days.take([now.date() - timedelta(days=1)])
    make.run("failed", workflow=still, ran_at=old, completed_at=old)

    shown = page(PAGE)
    changed = shown[shown.index("h-changes") : shown.index("h-trend")]

    assert ">still<" in changed and "+1" in changed


def test_a_day_shows_what_was_kept(page):
    populate()
    day = timezone.now().date()
    address = f"{PAGE}days/{day}/"
    assert "This day was not kept" in page(address)

    days.take([day])

    shown = page(address)
    assert "6 companies" in shown and ">news<" in shown
    assert "Repeats and freshness" in shown
    assert f"at the end of {day.day} {day:%b %Y} in UTC" in shown
    assert f'href="{address}?type=person"' in shown


def test_repeats_of_a_day_lead_to_exactly_these_requests(page):
    populate()
    news = Run.objects.get(status="skipped")
    day = news.ran_at.date()
    yesterday = news.ran_at - timedelta(days=1)
    again = {"workflow": news.workflow, "refused_for": news.refused_for, "credits_saved": 4}
    make.run("skipped", ran_at=yesterday, **again)
    make.run("skipped", workflow=news.workflow)
    days.take([day])

    shown = page(f"{PAGE}days/{day}/")

    links = re.findall(r'href="(/enrichment/runs/[^"]+)">([\d,.]+)</a>', shown)
    assert [number for _, number in links] == ["1", "4"]
    for url, _ in links:
        found = RunFilter.from_text(urlsplit(unescape(url)).query, Run.objects.all())
        assert found.qs.get() == news


def test_who_may_not_see_runs_is_not_led_to_them(client):
    populate()
    day = timezone.now().date()
    days.take([day])
    somebody = make.user()
    somebody.user_permissions.add(Permission.objects.get(codename="view_state"))
    client.force_login(somebody)

    assert "/enrichment/runs/?" not in client.get(f"{PAGE}days/{day}/").text


@pytest.mark.parametrize("address", [f"{PAGE}days/today/", f"{PAGE}days/0001-01-01/"])
def test_what_is_no_day_is_not_there(client, address):
    client.force_login(make.viewer())

    assert client.get(address).status_code == 404


@pytest.mark.parametrize("query", ["type=moon", "type=company&type=person", "x=1", "type=%00"])
def test_what_is_not_understood_is_refused(client, query):
    client.force_login(make.viewer())

    for address in (PAGE, RUNS, f"{PAGE}files/workflows/csv/"):
        assert client.get(f"{address}?{query}").status_code == 400


def test_files_say_what_the_page_says(client):
    populate()
    make.workflow(workflow_name="second")
    client.force_login(make.viewer())

    drawn = client.get(f"{PAGE}files/workflows/svg/").text
    told = client.get(f"{PAGE}files/workflows/csv/").text.splitlines()
    trend = client.get(f"{PAGE}files/trend/csv/?type=person").text

    row, _ = csv.DictReader(told[1:])
    assert ElementTree.fromstring(drawn).tag.endswith("svg")
    assert (row["Workflow"], row["Failed"], row["Not run"], row["All"]) == ("news", "1", "1", "6")
    assert trend.count("not counted") == 7 * 30
    assert client.get(f"{PAGE}files/pie/csv/").status_code == 404
    assert client.get(f"{PAGE}files/trend/pdf/").status_code == 404


@pytest.mark.parametrize("address", [PAGE, RUNS])
def test_more_workflows_and_runs_cost_no_more_queries(client, address):
    client.force_login(make.triager())
    populate()
    with CaptureQueriesContext(connection) as few:
        client.get(address)
    for _ in range(20):
        workflow = make.workflow()
        make.run("failed", workflow=workflow, error_class=workflow.workflow_name)

    with CaptureQueriesContext(connection) as many:
        client.get(address)

    assert len(many) == len(few)
    assert sum("enrichment_" in one["sql"] for one in many) <= 8


def test_the_page_reads_counters_alone(client):
    client.force_login(make.viewer())
    populate()

    with CaptureQueriesContext(connection) as captured:
        client.get(PAGE)

    asked = " ".join(one["sql"] for one in captured)
    for table in ("enrichment_state", "enrichment_entity", "enrichment_run"):
        assert f'"{table}"' not in asked and f" {table} " not in asked
