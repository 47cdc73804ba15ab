"""A session ends, or begins anew in a second tab, while somebody is at work: nothing is done and nothing is lost."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from django.conf import settings
from django.urls import reverse
from playwright.sync_api import Page

from governance.services.approvals import requests
from governance.services.operations import plans
from tests import make
from tests.browser.scene import Scene, cookies_of
from tests.browser.test_pages import AXE, NARROW, RULES, STICKS_OUT
from tests.walk.world import RULE

PASSWORD = "quite-a-long-password"
REASON = "Retry them first:\nthe source was down."


@pytest.fixture
def window(browser, scene, address, request) -> Iterator[Page]:
    """A window of the manager, with scripts or without."""
    context = browser.new_context(java_script_enabled=getattr(request, "param", True))
    context.add_cookies(cookies_of(with_password(scene), address))
    yield context.new_page()
    context.close()


@pytest.fixture
def request_page(scene, address) -> str:
    """Where a request waits for the manager's vote."""
    by = scene.people["triager"]
    plan = plans.make("assign", errors=[make.error()], by=by, owner="Platform team")
    return address + reverse("governance:approval-detail", args=[requests.make(plan, by=by).pk])


def with_password(scene: Scene):
    manager = scene.people["manager"]
    manager.set_password(PASSWORD)
    manager.save()
    return manager


def end_session(page: Page) -> None:
    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)


def sign_in(page: Page, scene: Scene) -> None:
    sign_in_as(page, with_password(scene))


def sign_in_elsewhere(page: Page, scene: Scene, address: str) -> None:
    end_session(page)
    other = page.context.new_page()
    other.goto(f"{address}/sign-in/")
    sign_in(other, scene)


def sign_in_as(page: Page, person) -> None:
    """Sign in with a password just given."""
    person.set_password(PASSWORD)
    person.save()
    page.get_by_label("Username").fill(person.username)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda url: "/sign-in/" not in url)


def is_sound(page: Page) -> list[str]:
    """Say what breaks a rule of accessibility or sticks out on a phone."""
    page.set_viewport_size(NARROW)
    page.evaluate(AXE_SCRIPT)
    # what the bar covers after scrolling is no fault of the page
    page.evaluate("scrollTo(0, 0)")
    return [*page.evaluate(AXE, RULES), *filter(None, [page.evaluate(STICKS_OUT)])]


def test_a_vote_after_the_session_ran_out_is_asked_for_again(window, scene, request_page):
    window.goto(request_page)
    window.get_by_label("Reason needed to reject").fill(REASON)
    end_session(window)

    window.get_by_role("button", name="Reject").click()
    window.get_by_text("Nothing was done:").wait_for()
    at_the_door = is_sound(window)
    sign_in(window, scene)

    window.get_by_text("What was chosen and typed is kept").wait_for()
    assert window.url == request_page
    assert window.get_by_label("Reason needed to reject").input_value() == REASON
    assert at_the_door == is_sound(window) == []
    window.get_by_role("button", name="Reject").click()
    window.get_by_role("heading", level=1).get_by_text("Rejected").wait_for()


@pytest.mark.parametrize(
    ("window", "scripts"),
    [pytest.param(True, True, marks=pytest.mark.soak), (False, False)],
    indirect=["window"],
)
def test_a_remark_after_signing_in_elsewhere_comes_back(
    window, scripts, scene, address, request_page
):
    window.goto(request_page)
    window.locator("summary", has_text="Comment").click()
    window.locator("[name=body]").fill(REASON)
    sign_in_elsewhere(window, scene, address)

    window.get_by_role("button", name="Comment", exact=True).click()
    window.get_by_text("Nothing was done:").wait_for()

    assert window.url == request_page
    assert (window.locator("[name=body]").input_value() == REASON) is scripts
    if not scripts:
        window.get_by_text("What was sent").click()
        assert window.locator("dd.typed", has_text="Retry them first").is_visible()


def test_ticked_rows_are_still_ticked(window, scene, address):
    window.goto(f"{address}/errors/?code=NO_MATCH")
    window.wait_for_selector("#total[data-total]")
    boxes = window.locator("[data-tick]")
    chosen = [boxes.nth(place).get_attribute("value") for place in (1, 3)]
    for place in (1, 3):
        boxes.nth(place).check()
    end_session(window)

    window.get_by_role("button", name="Park").click()
    sign_in(window, scene)

    window.get_by_text("2 selected").first.wait_for()
    assert window.get_by_text("What was sent").count() == 0
    ticked = window.locator("[data-tick]:checked")
    assert [box.get_attribute("value") for box in ticked.all()] == chosen
    window.get_by_role("button", name="Park").click()
    window.wait_for_url("**/operations/plan/park/")


def test_a_form_that_stays_open_is_sent_again_from_where_it_is(window, scene, address):
    playbook = make.playbook([RULE]).playbook
    window.goto(address + reverse("governance:playbook-edit", args=[playbook.slug]))
    name = window.locator("[name=rule0-name]")
    name.fill("Typed for long")
    simulate = window.get_by_role("button", name="Simulate")
    end_session(window)

    simulate.click()
    with window.expect_popup() as door:
        window.get_by_role("link", name="Sign in in another tab").click()
    sign_in(door.value, scene)
    window.get_by_text("Send it once more").wait_for()
    simulate.click()

    window.locator("#simulation table").wait_for()
    assert name.input_value() == "Typed for long"


def open_act(window: Page, address: str) -> None:
    """Open the form of one row below its list, and end the session behind it."""
    window.goto(f"{address}/errors/?code=NO_MATCH&disposition=RETRY")
    window.wait_for_selector("#total[data-total]")
    window.keyboard.press("j")
    window.keyboard.press("e")
    window.locator("[data-act-form] textarea").fill(REASON)
    end_session(window)
    window.locator("[data-act-form] button.primary").click()
    window.get_by_text("you have been signed out").wait_for()


def test_one_row_needs_a_sign_in_and_one_more_send(window, scene, address):
    open_act(window, address)

    with window.expect_popup() as door:
        window.get_by_role("link", name="Sign in in another tab").click()
    sign_in(door.value, scene)
    window.get_by_text("You are signed in again").wait_for()
    window.locator("[data-act-form] button.primary").click()

    window.locator(".is-toast", has_text="Resolved").wait_for()


def test_the_form_of_one_row_is_not_sent_for_somebody_else(window, scene, address):
    open_act(window, address)

    with window.expect_popup() as door:
        window.get_by_role("link", name="Sign in in another tab").click()
    sign_in_as(door.value, scene.people["triager"])
    window.get_by_text("Somebody else is signed in now").wait_for()
    window.locator("[data-act-form] button.primary").click()

    window.get_by_text("this page was made for another account").wait_for()


def test_somebody_else_never_sees_what_was_typed(window, scene, request_page):
    window.goto(request_page)
    window.get_by_label("Reason needed to reject").fill(REASON)
    end_session(window)
    window.get_by_role("button", name="Reject").click()

    sign_in_as(window, make.manager())

    window.get_by_text("belongs to somebody else").wait_for()
    assert "Retry them first" not in window.content()
    assert window.get_by_label("Reason needed to reject").input_value() == ""
