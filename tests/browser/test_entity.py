"""Whether a company has been enriched, and when: found in three steps at most, on a page that everybody can use."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect

from tests import make
from tests.browser.scene import HOSTILE, cookies_of
from tests.browser.test_pages import WIDE, Watched

PAGE = "/enrichment/entities/company/ironclad.com/"
ENDED = datetime(2026, 1, 14, 9, 12, tzinfo=UTC)
OTHERS = ("running", "pending", "failed", "stale")


@pytest.fixture
def ironclad(scene):
    """Funding of ironclad.com, a workflow in each other state, and texts that break pages."""
    funding = make.workflow(workflow_name="company_funding", intent="should", core_table="core.x")
    counts = {"records_in_extracted": 1, "records_in_core": 0}
    given = {"entity_key": "ironclad.com", "source": HOSTILE[3][:255]}
    make.run(workflow=funding, ran_at=ENDED, completed_at=ENDED, **counts, **given)
    for state in OTHERS:
        make.run(state, error_class=HOSTILE[0][:60], error_text=HOSTILE[1], **given)
    make.workflow(workflow_name="company_never")


@pytest.fixture
def watched(browser, scene, address) -> Iterator[Watched]:
    """A window of an analyst."""
    context = browser.new_context(viewport=WIDE, reduced_motion="reduce", color_scheme="light")
    context.add_cookies(cookies_of(scene.people["analyst"], address))
    yield Watched(context.new_page(), address)
    context.close()


def test_one_finds_out_in_three_steps_whether_and_when(watched, ironclad):
    watched.open("/")
    search = watched.page.get_by_role("search").get_by_role("searchbox").first

    search.fill("https://www.Ironclad.com/about")
    search.press("Enter")

    row = watched.page.get_by_role("row", name="company_funding")
    expect(row).to_contain_text("Completed")
    expect(row.locator("time")).to_have_attribute("title", "2026-01-14 09:12:00 UTC")
    expect(row).to_contain_text("missing in core")
    watched.page.get_by_role("searchbox", name="Domain or profile address").fill("ironclad.com/x")
    watched.page.get_by_role("button", name="Look up").click()
    expect(watched.page.get_by_text("path is left out of a key")).to_be_visible()
    watched.measure()
    watched.judge()
    assert watched.problems == []
