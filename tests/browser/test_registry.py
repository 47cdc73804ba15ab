"""A workflow from its first word to its way back, in a browser: registered, found, edited, undone."""

from collections.abc import Iterator

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from enrichment.models import Workflow
from tests import make
from tests.browser.scene import HOSTILE, cookies_of
from tests.browser.test_pages import WIDE, Watched
from tests.enrichment import scans

LIST = reverse("enrichment:workflow-list")


@pytest.fixture
def watched(browser, scene, address) -> Iterator[Watched]:
    """A window of somebody who triages."""
    context = browser.new_context(viewport=WIDE, reduced_motion="reduce", color_scheme="light")
    context.add_cookies(cookies_of(scene.people["triager"], address))
    yield Watched(context.new_page(), address)
    context.close()


def test_a_workflow_is_registered_edited_and_the_edit_undone(watched):
    page = watched.page
    watched.open(LIST)

    page.get_by_role("link", name="Register a workflow").first.click()
    page.get_by_label("Name", exact=True).fill("company_news")
    page.get_by_label("Entity").select_option("company")
    page.get_by_label("Key column").fill("domain")
    page.get_by_label("Tables").fill("raw.news_payload\nextracted.company_news")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="company_news")).to_be_visible()
    page.get_by_role("link", name="Edit").click()
    page.get_by_label("Owner").fill("Data team")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".facts").get_by_text("Data team")).to_be_visible()
    page.get_by_role("button", name="Undo", exact=False).first.click()

    expect(page.locator(".facts").get_by_text("nobody")).to_be_visible()
    assert Workflow.objects.get(workflow_name="company_news").owner == ""
    assert watched.problems == []


@pytest.mark.soak
def test_pages_of_odd_entries_stay_whole_and_accessible(watched):
    odd = make.workflow(
        workflow_name="x" * 60,
        owner=HOSTILE[0][:200],
        provider="{{ 7*7 }}",
        payload_type="y" * 200,
        raw_table="raw." + "r" * 60,
        extracted_table="extracted." + "e" * 60,
        key_column="k" * 60,
        description="\n".join(HOSTILE),
    )
    odd.flows.create(layer="core", table_name='core."odd name"', key_columns=["a", "b"])
    make.run("failed", workflow=odd, error_class="Timeout<b>", source="z" * 100)
    make.run("stale", workflow=odd)
    scans.scan(
        {"kind": "table_mismatch", "slug": "x" * 60, "found": "f" * 200, "function": "i" * 100},
        {"slug": "news", "function": "n" * 100, "file": "ingest/" + "d" * 100},
        functions=2,
    )
    page = odd.get_absolute_url()

    for path in (
        LIST,
        f"{LIST}?q=nothing+like+this",
        f"{LIST}?differs=true&select=all",
        page,
        f"{page}edit/",
        reverse("enrichment:workflow-new"),
        reverse("enrichment:workflow-import"),
    ):
        watched.open(path)
        watched.measure()
        watched.judge()

    assert watched.problems == []
