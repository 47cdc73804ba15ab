"""A job in a browser: run dry, then for real, its rows opened and taken back; fit for a phone and for everybody."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page, expect

from governance.models import HubError, JobRun
from governance.services.jobs import runs
from tests import make
from tests.browser.desk import PATIENCE_MS
from tests.browser.scene import cookies_of
from tests.browser.test_pages import AXE, CONTRAST, RULES


@pytest.fixture
def page(browser, scene, address) -> Iterator[Page]:
    """A window of the triager."""
    context = browser.new_context(base_url=address, reduced_motion="reduce")
    context.add_cookies(cookies_of(scene.people["triager"], address))
    context.set_default_timeout(PATIENCE_MS)
    yield context.new_page()
    context.close()


def asked(page: Page, *, dry: bool) -> JobRun:
    """Ask for a run of the daily job, and have it carried out as a worker does."""
    page.goto("/jobs/")
    page.locator('a[href="/jobs/daily/run/"]').click()
    page.get_by_label("Dry run").set_checked(dry)
    page.get_by_role("button", name="Run", exact=True).click()
    expect(page.get_by_role("status").filter(has_text="is asked for")).to_be_visible()
    run = JobRun.objects.latest("pk")
    runs.carry_on(run.pk)
    page.reload()
    return run


def test_a_job_runs_dry_then_for_real_and_its_rows_are_opened_and_taken_back(
    page, django_db_blocker
):
    with django_db_blocker.unblock():
        row = make.error(retry_count=3)

        asked(page, dry=True)
        expect(page.get_by_text("a dry run that changed nothing")).to_be_visible()
        row.refresh_from_db()
        assert row.disposition == "RETRY"

        asked(page, dry=False)
        row.refresh_from_db()
        assert row.disposition == "PARKED"
        for scheme, rules in (("light", RULES), ("dark", CONTRAST)):
            page.emulate_media(color_scheme=scheme)
            page.evaluate(AXE_SCRIPT)
            assert page.evaluate(AXE, rules) == []
        page.locator("[data-label=Rows] a").first.click()
        expect(page.locator("main")).to_contain_text(row.code)
        page.go_back()
        page.get_by_role("link", name="OP-").first.click()
        page.get_by_role("button", name="Preview undo").first.click()
        page.get_by_role("button", name="Start").first.click()

        assert HubError.objects.filter(pk=row.pk).exists()


@pytest.mark.soak
@pytest.mark.parametrize("path", ["/jobs/", "/jobs/runs/", "/jobs/gates/", "/jobs/daily/run/"])
def test_all_fits_a_phone_and_is_accessible(page, path):
    page.set_viewport_size({"width": 390, "height": 844})

    page.goto(path)

    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.wait_for_selector("[hx-trigger=load]", state="detached")
    page.evaluate(AXE_SCRIPT)
    assert page.evaluate(AXE, RULES) == []
