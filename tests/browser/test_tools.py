"""Tools in a browser: what is stopped, used, tried and compared, on a desk and on a phone, in both themes."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page, expect

from governance.services.canon import switches, versions
from tests import ledgers, make
from tests.browser.desk import PATIENCE_MS
from tests.browser.scene import cookies_of
from tests.browser.test_pages import AXE, CONTRAST, RULES
from tests.governance.canon import canons


@pytest.fixture(scope="module")
def told(scene, django_db_blocker) -> None:
    """A stop, some calls and a version that waits, committed."""
    with django_db_blocker.unblock():
        switches.stop("firecrawl", by=scene.people["triager"], reason="Its key leaked. " * 20)
        text = canons.text(
            3, ("50 per second", "40 per second"), ("bit_score >= 75", "bit_score >= 80")
        )
        versions.load(text, by=make.manager())
        for _ in range(3):
            ledgers.call(facts={"mx_present": True}, entity="acme.example")


@pytest.fixture
def page(browser, scene, told, address) -> Iterator[Page]:
    """A window of the manager."""
    context = browser.new_context(base_url=address, reduced_motion="reduce")
    context.add_cookies(cookies_of(scene.people["manager"], address))
    context.set_default_timeout(PATIENCE_MS)
    yield context.new_page()
    context.close()


PATHS = [
    "/tools/",
    "/tools/firecrawl/",
    "/tools/retell-caller/",
    "/canon/switches/",
    "/canon/versions/3/",
    "/canon/versions/3/enforce/",
    "/canon/try/?tool=TOOL-011",
    "/canon/calls/",
]


@pytest.mark.parametrize("path", PATHS)
def test_with_rows_they_are_accessible_in_both_themes(page, path):
    page.goto(path)
    page.wait_for_selector("[hx-trigger=load]", state="detached")
    page.evaluate(AXE_SCRIPT)

    for scheme, rules in (("light", RULES), ("dark", CONTRAST)):
        page.emulate_media(color_scheme=scheme)
        assert page.evaluate(AXE, rules) == []


@pytest.mark.parametrize("path", PATHS)
def test_all_fits_a_phone(page, path):
    page.set_viewport_size({"width": 390, "height": 844})

    page.goto(path)

    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_call_is_tried_and_each_step_answers(page):
    page.goto("/canon/try/?tool=TOOL-011")
    page.get_by_label("bit_score").fill("60")
    page.get_by_label("contact_verified").select_option("true")

    page.get_by_role("button", name="Ask the guard").click()

    expect(page.get_by_role("status").filter(has_text="V-GATE-001")).to_be_visible()
    expect(page.locator("#answer tbody tr")).to_have_count(10)
    page.evaluate(AXE_SCRIPT)
    assert page.evaluate(AXE, RULES) == []
