"""Pages keep themselves current in a browser: they say as of when, and take nothing from people's hands."""

import re
from collections.abc import Iterator

import pytest
from django.urls import reverse
from playwright.sync_api import Page, Route, expect

from governance.models import Operation
from governance.services.approvals import requests, votes
from governance.services.operations import plans, steering
from tests import make
from tests.browser.desk import PATIENCE_MS
from tests.browser.scene import cookies_of

AS_OF = re.compile(r"Current as of \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC")
SHOWN = "part => htmx.trigger(part, 'shown')"


@pytest.fixture
def page(browser, scene, address) -> Iterator[Page]:
    """A window of the manager."""
    context = browser.new_context(base_url=address)
    context.add_cookies(cookies_of(scene.people["manager"], address))
    context.set_default_timeout(PATIENCE_MS)
    yield context.new_page()
    context.close()


@pytest.fixture
def gated(scene) -> Operation:
    """A plan of the triager that somebody else has to approve."""
    return plans.make(
        "assign", errors=[make.error()], by=scene.people["triager"], owner="Platform team"
    )


def look_again(page: Page) -> None:
    """Do what a tab does that comes to the front."""
    page.locator("[data-poll]").evaluate(SHOWN)


def fail(route: Route) -> None:
    route.fulfill(status=503, content_type="text/html", body="<html><h1>Not available now</h1>")


def test_a_page_says_as_of_when_it_is_and_that_it_could_not_be_refreshed(page):
    page.goto("/")
    expect(page.locator("#as-of")).to_have_text(AS_OF)

    page.route("**/", fail)
    look_again(page)

    stale = page.get_by_text(re.compile("Not refreshed since .* the server answers 503"))
    expect(stale.first).to_be_visible()
    expect(page.get_by_role("heading", name="Overview")).to_be_visible()
    page.unroute("**/")
    look_again(page)
    expect(page.locator("#as-of")).to_have_text(AS_OF)


def test_a_server_that_is_gone_is_said_on_a_phone_too(page):
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/")

    page.route("**/", lambda route: route.abort())
    look_again(page)

    expect(page.locator("#as-of")).to_contain_text("the server does not answer")
    expect(page.locator("#as-of")).to_be_in_viewport()


def test_focus_stays_on_its_link_while_the_overview_changes_around_it(page, scene):
    page.goto("/")
    link = page.get_by_role("link", name="All operations")
    link.focus()

    plan = plans.make("retry", errors=[make.error()], by=scene.people["manager"])
    look_again(page)

    page.get_by_text(f"{plan}, valid until").wait_for()
    expect(page.get_by_role("link", name="All operations")).to_be_focused()


def test_what_is_typed_outlives_a_request_that_moves_on(page, scene, gated):
    approval = requests.make(gated, by=scene.people["triager"])
    page.goto(reverse("governance:approval-detail", args=[approval.pk]))
    page.get_by_label("Reason needed to reject").fill("Retry them first.")

    requests.withdraw(approval, by=scene.people["triager"])
    look_again(page)

    expect(page.locator("#as-of")).to_contain_text("it has moved on while you type")
    expect(page.get_by_label("Reason needed to reject")).to_have_value("Retry them first.")


def test_a_plan_that_somebody_else_approves_shows_itself_running(page, scene, gated):
    approval = requests.make(gated, by=scene.people["triager"])
    page.goto(reverse("governance:operation-detail", args=[gated.pk]))

    votes.approve(approval, by=make.manager())
    look_again(page)

    page.get_by_role("heading", level=1).get_by_text("Running").wait_for()


def test_a_tab_that_nobody_sees_asks_for_nothing(page, scene, gated):
    page.goto(reverse("governance:operation-detail", args=[gated.pk]))
    asked = []
    page.on(
        "request", lambda request: asked.append(request.url) if "part=" in request.url else None
    )
    hide = "hidden => Object.defineProperty(document, 'hidden', {get: () => hidden, configurable: true})"

    page.evaluate(hide, True)
    look_again(page)
    unseen = list(asked)
    page.evaluate(hide, False)
    with page.expect_response(re.compile("part=waiting")):
        look_again(page)

    assert unseen == []


def test_a_stale_action_in_the_browser_shows_the_page_as_it_is_now(page, scene):
    by = scene.people["manager"]
    operation = plans.make("retry", errors=[make.error()], by=by)
    page.goto(reverse("governance:operation-detail", args=[operation.pk]))
    steering.discard(operation, by=by)

    page.get_by_role("button", name="Start").first.click()

    page.get_by_text("What you see is the page as it is now.").wait_for()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Cancelled")


def test_who_is_signed_out_meanwhile_keeps_the_page(page):
    page.goto("/")

    page.context.clear_cookies()
    look_again(page)

    expect(page.locator("#as-of")).to_contain_text("you are signed out")
    expect(page.get_by_role("heading", name="Overview")).to_be_visible()


def test_the_figures_of_the_navigation_follow(page, scene, gated):
    page.clock.install()
    page.goto("/")
    waiting = page.locator("[data-figure=approvals_due]")
    before = int(waiting.inner_text() or 0)
    requests.make(gated, by=scene.people["triager"])

    page.clock.fast_forward(20_000)

    expect(waiting).to_have_text(str(before + 1))
    expect(waiting).to_be_visible()
