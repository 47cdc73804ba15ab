"""Pages on paper: what is known with its bars, on white, and nothing to press."""

from collections.abc import Iterator

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from tests.browser.desk import PATIENCE_MS
from tests.browser.scene import cookies_of

PRESSED = ".button, .actions, .facets, .nav, input[type=checkbox], .menu"
DARK = {"name": "theme", "value": "dark"}


@pytest.fixture
def page(browser, scene, address) -> Iterator[Page]:
    """A window of the triager, in the dark, that shows what would be printed."""
    context = browser.new_context(base_url=address, viewport={"width": 794, "height": 1123})
    context.add_cookies([*cookies_of(scene.people["triager"], address), DARK | {"url": address}])
    context.set_default_timeout(PATIENCE_MS)
    opened = context.new_page()
    opened.emulate_media(media="print")
    yield opened
    context.close()


def paths(scene) -> list[str]:
    shown = ("running", "done", "planned")
    return [
        reverse("governance:overview"),
        reverse("governance:error-list"),
        reverse("governance:group-list"),
        reverse("governance:readiness"),
        *(
            reverse("governance:operation-detail", args=[scene.operations[name].pk])
            for name in shown
        ),
    ]


def test_nothing_to_press_is_printed_and_every_page_has_its_heading(page, scene):
    for path in paths(scene):
        page.goto(path)

        expect(page.locator("h1")).to_be_visible()
        assert page.locator("h1").bounding_box()["width"] > 10, path
        assert page.locator(PRESSED).filter(visible=True).count() == 0, path


def test_bars_and_progress_are_printed_with_their_colour(page, scene):
    page.goto("/")
    expect(page.locator("svg.bar").first).to_be_visible()
    page.goto(reverse("governance:operation-detail", args=[scene.operations["paused"].pk]))

    progress = page.locator("progress")

    expect(progress).to_be_visible()
    expect(progress).to_have_css("print-color-adjust", "exact")


def test_charts_are_printed_with_their_colour_and_their_table(page):
    page.goto(reverse("governance:readiness"))

    chart = page.locator("#chart-tiers")

    expect(chart.locator("svg.chart")).to_have_css("print-color-adjust", "exact")
    expect(chart.get_by_role("table")).to_be_visible()


def test_paper_is_white_whatever_the_screen_is(page):
    page.goto("/")

    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    expect(page.locator("body")).to_have_css("background-color", "rgb(255, 255, 255)")
