"""Charts in a browser: figures without a script, marks that lead somewhere, parts that come late."""

from collections.abc import Iterator

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from tests.browser.desk import PATIENCE_MS
from tests.browser.scene import cookies_of

ERRORS = "#chart-errors"


def opened(browser, scene, address, **given) -> Page:
    context = browser.new_context(base_url=address, **given)
    context.add_cookies(cookies_of(scene.people["analyst"], address))
    context.set_default_timeout(PATIENCE_MS)
    return context.new_page()


@pytest.fixture
def page(browser, scene, address) -> Iterator[Page]:
    """A window of the analyst."""
    window = opened(browser, scene, address)
    yield window
    window.context.close()


@pytest.fixture
def bare(browser, scene, address) -> Iterator[Page]:
    """The same without scripts."""
    window = opened(browser, scene, address, java_script_enabled=False)
    yield window
    window.context.close()


@pytest.mark.parametrize("window", ["page", "bare"])
def test_pointing_at_a_mark_or_reaching_it_shows_its_figure(window, request):
    shown = request.getfixturevalue(window)
    shown.goto("/readiness/charts/errors/")
    first, second = (shown.locator("svg.chart a").nth(n) for n in (0, 1))
    figures = shown.locator("svg.chart .figure").filter(visible=True)
    expect(figures).to_have_count(0)

    first.hover()
    expect(figures).to_have_text([first.get_attribute("aria-label")])

    shown.mouse.move(0, 0)
    second.focus()
    expect(figures).to_have_text([second.get_attribute("aria-label")])


def test_a_mark_is_followed_by_key_to_as_many_rows(page):
    page.goto("/readiness/charts/ageing/")
    mark = page.locator("svg.chart a").first
    count = mark.get_attribute("aria-label").rpartition(": ")[2]

    mark.focus()
    page.keyboard.press("Enter")

    page.wait_for_url("**/errors/?**escalation_level=0**")
    expect(page.locator("#total")).to_have_text(count)


def test_slow_charts_come_by_themselves_and_by_link_without_scripts(page, bare):
    page.goto(reverse("governance:readiness"))
    expect(page.locator(f"{ERRORS} svg.chart")).to_be_visible()

    bare.goto(reverse("governance:readiness"))
    bare.locator(f"{ERRORS} a").click()

    expect(bare.locator(f"{ERRORS} svg.chart")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_chart_fits_a_phone_with_text_as_large_as_elsewhere(page, scheme):
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/readiness/charts/backlog/")

    text = page.locator("svg.chart text").first

    expect(text).to_have_css("font-size", "12px")
    assert page.locator("svg.chart").bounding_box()["width"] <= 390


def test_the_picture_that_is_taken_away_is_drawn_by_itself(page):
    page.goto("/readiness/charts/errors/")
    with page.expect_download() as taken:
        page.get_by_role("link", name="as SVG").click()
    file = taken.value.path()

    page.goto("about:blank")
    page.set_content(file.read_text())

    expect(page.locator("svg .fill-retry").first).to_have_css("fill", "rgb(149, 131, 214)")
