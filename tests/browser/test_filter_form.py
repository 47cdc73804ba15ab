"""The filter form of a list: it swaps the list where scripts run, and leads to the same rows without them."""

import pytest
from django.urls import reverse

from tests.browser.scene import cookies_of


@pytest.fixture
def queue(browser, scene, address, request):
    """The queue of a triager, with scripts or without."""
    context = browser.new_context(java_script_enabled=request.param)
    context.add_cookies(cookies_of(scene.people["triager"], address))
    page = context.new_page()
    page.goto(f"{address}{reverse('governance:error-list')}?view=all")
    yield page
    context.close()


@pytest.mark.parametrize("queue", [True, False], indirect=True, ids=["scripts", "no scripts"])
def test_it_leads_to_the_rows_that_match(queue):
    queue.locator("[data-filter-menu] > summary").click()
    queue.locator("[data-filter-menu] [name=q]").fill("federal")
    queue.get_by_role("button", name="Apply").click()

    queue.wait_for_url(lambda url: "q=federal" in url)
    queue.locator(".chip").get_by_text("federal").wait_for()
    assert queue.url.partition("?")[0].endswith(reverse("governance:error-list"))
    assert not [key for key in ("token", "begun_by", "path=") if key in queue.url]
    shown = queue.locator("[data-row]").all_inner_texts()
    assert shown and all("federal" in row for row in shown)


@pytest.mark.parametrize("queue", [True], indirect=True, ids=["scripts"])
def test_whoever_filters_by_keyboard_stays_where_he_was(queue):
    queue.locator("[hx-trigger=load]").first.wait_for(state="detached")
    value = queue.locator(".facet a:visible").first
    value.focus()
    queue.keyboard.press("Enter")

    queue.locator(".facet a[aria-current]:focus").wait_for()

    queue.locator(".chip-remove").first.focus()
    queue.keyboard.press("Enter")

    queue.locator(".chip").first.wait_for(state="detached")
    queue.locator("[data-filter-menu] > summary:focus").wait_for()


@pytest.mark.parametrize("queue", [True], indirect=True, ids=["scripts"])
@pytest.mark.parametrize("width", [1280, 390])
def test_it_stays_within_the_window_however_many_filters_stand_before_it(queue, width):
    queue.set_viewport_size({"width": width, "height": 800})
    queue.goto(f"{queue.url.partition('?')[0]}?disposition=PARKED&disposition=RETRY&blocks=true")
    queue.locator("[data-filter-menu] > summary").click()

    box = queue.locator("[data-filter-menu] > form").bounding_box()
    assert box["x"] >= 0 and box["x"] + box["width"] <= width
