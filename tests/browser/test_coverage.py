"""Coverage in a browser: a part of a bar is followed to its entities, which are counted."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from django.urls import reverse
from playwright.sync_api import Page, expect

from tests import make
from tests.browser.desk import PATIENCE_MS
from tests.browser.scene import cookies_of
from tests.browser.test_pages import AXE, CONTRAST, RULES

BAR = "svg.bar.is-linked"


@pytest.fixture(scope="module")
def covered(scene, django_db_blocker) -> None:
    """One workflow and its runs, committed."""
    with django_db_blocker.unblock():
        workflow = make.workflow(workflow_name="company_news")
        for status in ("completed", "failed", "failed", "failed", "stale"):
            make.run(status, workflow=workflow)
        make.entity()


@pytest.fixture
def page(browser, scene, covered, address) -> Iterator[Page]:
    """A window of the analyst."""
    context = browser.new_context(base_url=address, reduced_motion="reduce")
    context.add_cookies(cookies_of(scene.people["analyst"], address))
    context.set_default_timeout(PATIENCE_MS)
    yield context.new_page()
    context.close()


def test_a_part_of_a_bar_is_followed_to_as_many_entities(page):
    page.goto(reverse("enrichment:coverage"))
    bar = page.locator("tr", has_text="company_news").locator(BAR)

    bar.locator('a[aria-label="Failed: 3"]').click()

    page.wait_for_url("**/enrichment/entities/?**state=failed**")
    expect(page.locator("#results tbody tr")).to_have_count(3)
    expect(page.locator("#total")).to_have_text("3")
    expect(page.locator("#results tbody .badge.is-bad")).to_have_count(3)


def test_runs_come_by_themselves_and_all_fits_a_phone(page):
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(reverse("enrichment:coverage"))

    expect(page.get_by_role("heading", name="Failures by class")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.soak
@pytest.mark.parametrize(
    "path",
    [
        "/enrichment/coverage/",
        "/enrichment/coverage/runs/",
        "/enrichment/entities/?workflow=company_news",
    ],
)
def test_with_rows_they_are_accessible_in_both_themes(page, path):
    page.goto(path)
    page.wait_for_selector("[hx-trigger=load]", state="detached")
    page.evaluate(AXE_SCRIPT)

    for scheme, rules in (("light", RULES), ("dark", CONTRAST)):
        page.emulate_media(color_scheme=scheme)
        assert page.evaluate(AXE, rules) == []
