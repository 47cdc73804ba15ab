"""A console in the hand: what a narrow screen shows can be read and pressed without moving sideways."""

import pytest
from django.urls import reverse
from playwright.sync_api import Locator, Page

from tests.browser.scene import cookies_of
from tests.walk.addresses import two_days

PHONE = {"width": 390, "height": 844}
FINGER = 36


@pytest.fixture
def phone(browser, scene, address):
    """The groups on a triager's phone."""
    context = browser.new_context(viewport=PHONE)
    context.add_cookies(cookies_of(scene.people["triager"], address))
    page = context.new_page()
    page.goto(address + reverse("governance:group-list"))
    yield page
    context.close()


def opened(phone: Page, name: str) -> Page:
    """Go from the groups to another page on the same phone."""
    here = reverse("governance:group-list")
    phone.goto(phone.url.replace(here, reverse(name)))
    return phone


def is_within(part: Locator) -> bool:
    box = part.bounding_box()
    return bool(box) and box["x"] >= 0 and box["x"] + box["width"] <= PHONE["width"]


def groups_of(page: Page) -> Locator:
    return page.locator("#groups")


def test_a_long_name_among_the_breadcrumbs_is_cut(phone, scene, address):
    cut = []
    for company in scene.companies:
        phone.goto(address + reverse("governance:company-detail", args=[company.outreach_id]))
        trail = phone.locator(".breadcrumbs")
        assert trail.evaluate("(trail) => trail.scrollWidth <= trail.clientWidth")
        here = trail.locator("li").last
        assert is_within(here)
        cut.append(here.evaluate("(name) => name.scrollWidth > name.clientWidth"))

    assert any(cut)


def test_every_figure_of_a_group_is_in_sight(phone):
    cells = groups_of(phone).locator("td:visible").all()

    assert len(cells) > 5
    assert all(is_within(cell) for cell in cells)


def test_a_figure_says_what_it_counts(phone):
    label = (
        groups_of(phone)
        .locator("td[data-label=Companies]")
        .first.evaluate("(cell) => getComputedStyle(cell, '::before').content")
    )

    assert "Companies" in label


def test_a_group_can_be_acted_on_with_a_finger(phone):
    buttons = groups_of(phone).get_by_role("button").all()

    assert buttons
    for button in buttons:
        assert is_within(button)
        assert button.bounding_box()["height"] >= FINGER


@pytest.mark.parametrize("width", [641, 768, 900, 1100])
def test_groups_never_move_sideways(phone, width):
    phone.set_viewport_size({"width": width, "height": 800})
    phone.reload()
    phone.wait_for_selector("[hx-trigger=load]", state="detached")

    excess = groups_of(phone).locator(".scroll").evaluate("s => s.scrollWidth - s.clientWidth")

    assert excess <= 0


@pytest.mark.parametrize("name", ["report-list", "operation-list", "company-list"])
def test_the_name_of_a_row_has_room_beside_its_figures(phone, scene, name):
    assert scene.report
    rows = opened(phone, f"governance:{name}").locator("[data-row]:visible").all()

    assert rows
    for row in rows[:5]:
        room = row.bounding_box()["width"]
        assert row.locator(".card-title").bounding_box()["width"] >= room * 0.4


def test_tiers_beside_moves_are_not_broken_into_letters(phone, scene):
    two_days(scene)
    heads = opened(phone, "governance:readiness-moves").locator(".moves tbody th")
    heads.first.wait_for()

    assert all(head.bounding_box()["height"] < 100 for head in heads.all())


def test_verbs_that_find_no_room_in_the_bar_can_be_pressed(phone):
    queue = opened(phone, "governance:error-list")
    queue.locator("[data-tick]").first.check()
    queue.locator(".actions details.menu > summary").click()

    verb = queue.locator(".actions .menu-items button").first

    assert is_within(verb)
    verb.click(trial=True)
