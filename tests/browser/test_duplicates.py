"""A duplicate request: refused on a page that was opened before, its credits counted where all such are listed."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests import make
from tests.browser.desk import PATIENCE_MS
from tests.browser.scene import cookies_of

PAGE = "/enrichment/entities/company/twice.example/"


@pytest.fixture
def funding(scene):
    """A workflow that costs two credits a run and has not run for the company."""
    make.run("failed", entity_key="twice.example")
    return make.workflow(workflow_name="company_funding", credits_per_run=2)


@pytest.fixture
def page(browser, scene, address) -> Iterator[Page]:
    """A window of the triager."""
    context = browser.new_context(base_url=address, reduced_motion="reduce")
    context.add_cookies(cookies_of(scene.people["triager"], address))
    context.set_default_timeout(PATIENCE_MS)
    yield context.new_page()
    context.close()


def test_a_duplicate_request_is_refused_and_its_credits_are_counted(page, funding):
    page.goto(PAGE)
    row = page.get_by_role("row", name="company_funding")
    expect(row.get_by_role("button", name="Run")).to_be_visible()
    make.run(workflow=funding, entity_key="twice.example", records_out=3)

    row.get_by_role("button", name="Run").click()

    said = "company_funding is not run again: already enriched, 2 credits saved"
    expect(page.get_by_text(said)).to_be_visible()
    page.goto("/enrichment/runs/?view=all")
    told = page.locator(".notice", has_text="already enriched")
    expect(told).to_contain_text("2 credits not spent")
    told.get_by_role("link", name="Which").click()
    expect(page.locator("#results tbody tr")).to_have_count(1)
    expect(page.locator("#results tbody tr")).to_contain_text("twice.example")
