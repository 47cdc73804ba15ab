"""The audit in a browser: two functions are ticked, registered one after the other, and scanned again."""

from collections.abc import Iterator

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from enrichment.models import Workflow
from tests.browser.scene import cookies_of
from tests.browser.test_pages import NARROW, Watched
from tests.enrichment import audited

PAGE = reverse("enrichment:audit")
# findings are cards there: nothing is done by scrolling sideways
HAS_ROOM = "one => one.scrollWidth <= one.clientWidth"


@pytest.fixture
def watched(browser, scene, address) -> Iterator[Watched]:
    """A narrow window of a triager."""
    context = browser.new_context(viewport=NARROW, reduced_motion="reduce", color_scheme="dark")
    context.add_cookies(cookies_of(scene.people["triager"], address))
    yield Watched(context.new_page(), address)
    context.close()


def test_what_is_ticked_is_registered_one_after_the_other(watched, scene, tmp_path):
    audited.register_16()
    folder = audited.tree(tmp_path)
    audited.scan(folder)
    watched.open(PAGE)
    page = watched.page
    watched.measure()
    watched.judge()
    page.set_viewport_size(NARROW)
    assert page.locator("#findings .scroll").evaluate(HAS_ROOM)
    page.get_by_label("Select ingest_company_headcount").check()
    page.get_by_label("Select ingest_company_revenue").check()
    page.get_by_role("button", name="Register the selected").click()

    expect(page.get_by_text("1 function after this one")).to_be_visible()
    expect(page.get_by_label("Slug")).to_have_value("company_headcount")
    page.get_by_label("Provider").fill("apollo")
    page.get_by_role("button", name="Register", exact=True).click()
    expect(page.get_by_label("Slug")).to_have_value("company_revenue")
    watched.measure()
    watched.judge()
    page.get_by_role("button", name="Register", exact=True).click()

    expect(page.get_by_text("“company_revenue” is registered")).to_be_visible()
    expect(page.get_by_text("registered since").first).to_be_visible()
    made = Workflow.objects.get(workflow_name="company_headcount")
    assert (made.provider, made.raw_table) == ("apollo", "raw.apollo_headcount")
    assert audited.scan(folder).summary["unregistered"] == 37
    assert watched.problems == []
