"""Work by keyboard alone, without JavaScript, twice at once, and on hostile text."""

import contextlib
import re
from collections.abc import Iterator

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, Page

from governance.models import Approval, HubError, Operation, OperationStep
from governance.services.approvals import requests
from governance.services.operations import plans
from tests import make
from tests.browser.scene import HOSTILE, Scene, cookies_of
from tests.governance.rules import RETRY, rule
from tests.governance.rules import planned as run_planned

IS_NOT_SENT = """(button) => !button.dispatchEvent(
  new MouseEvent("click", {detail: 2, bubbles: true, cancelable: true}))"""
CONFLICT = 409
ONE_ERROR = re.compile(r"/errors/[0-9a-f-]{36}/")


@contextlib.contextmanager
def window(browser: Browser, scene: Scene, address: str, role: str, **options) -> Iterator[Page]:
    """Open a window of somebody who is signed in."""
    context = browser.new_context(**options)
    context.add_cookies(cookies_of(scene.people[role], address))
    yield context.new_page()
    context.close()


@pytest.fixture
def gated(scene) -> Operation:
    """A plan of the triager that somebody else has to approve."""
    return plans.make(
        "assign", errors=[make.error()], by=scene.people["triager"], owner="Platform team"
    )


def open_plan(page: Page, address: str, operation: Operation) -> None:
    page.goto(address + reverse("governance:operation-detail", args=[operation.pk]))


def times(operation: Operation, kind: str) -> int:
    return OperationStep.objects.filter(operation=operation, kind=kind).count()


def says_that_it_started(page: Page, operation: Operation) -> None:
    """Wait for the word after a vote, on the page of whatever request comes next."""
    page.get_by_text(f"{operation}: approved.").wait_for()


def test_the_way_from_the_list_to_an_approved_plan_needs_no_javascript(browser, scene, address):
    with window(browser, scene, address, "triager", java_script_enabled=False) as page:
        page.goto(f"{address}/errors/?code=H-0&disposition=RETRY")
        page.get_by_role("link", name="all 1 matching", exact=True).click()
        page.get_by_text("More", exact=True).click()
        page.get_by_role("button", name="Assign").click()
        page.get_by_label("Owner").select_option("Platform team")
        page.get_by_role("button", name="Preview").click()
        page.get_by_role("button", name="Request approval for 1 row").click()
        page.get_by_text("Asked for approval").first.wait_for()
        operation = Operation.objects.latest("pk")

        with window(browser, scene, address, "manager", java_script_enabled=False) as desk:
            desk.goto(
                address + reverse("governance:approval-detail", args=[operation.approvals.get().pk])
            )
            desk.get_by_role("button", name="Approve").click()
            says_that_it_started(desk, operation)

        open_plan(page, address, operation)
        page.get_by_text("accounted for").wait_for()
    assert operation.filter == "code=H-0&disposition=RETRY"
    assert times(operation, "started by approving") == 1


def test_a_request_is_rejected_with_its_reason_on_a_phone_without_javascript(
    browser, scene, address, gated
):
    approval = requests.make(gated, by=scene.people["triager"])

    with window(
        browser,
        scene,
        address,
        "manager",
        java_script_enabled=False,
        viewport={"width": 390, "height": 844},
    ) as desk:
        desk.goto(address + reverse("governance:approval-detail", args=[approval.pk]))
        desk.get_by_label("Reason needed to reject").fill("Retry them first.")
        desk.get_by_role("button", name="Reject").click()
        desk.get_by_role("heading", level=1).get_by_text("Rejected").wait_for()

    assert approval.votes.get().comment == "Retry them first."


@pytest.mark.parametrize("width", [1280, 390])
def test_a_long_filter_leaves_room_for_the_step_of_a_request(browser, scene, address, width):
    rows, by = HubError.objects.filter(pk=make.error().pk), scene.people["triager"]
    text = "error_table=outreach.company_target_errors&code=CT-M-NO-MX&disposition=RETRY&retry_count_min=2"
    approval = requests.make(
        plans.make("assign", rows=rows, filter=text, scope="all", by=by, owner="Platform team"),
        by=by,
    )

    with window(
        browser, scene, address, "manager", viewport={"width": width, "height": 844}
    ) as desk:
        desk.goto(address + reverse("governance:approval-detail", args=[approval.pk]))
        table = desk.get_by_role("table", name="Changes in this request")
        step, whole = table.locator("thead th").first.bounding_box(), table.bounding_box()
        inside = table.locator("xpath=..").evaluate("part => part.scrollWidth <= part.clientWidth")

    assert 0.25 <= step["width"] / whole["width"] <= 0.4
    assert inside


def test_rows_are_found_ticked_and_planned_by_keyboard_alone(browser, scene, address):
    with window(browser, scene, address, "triager") as page:
        page.goto(f"{address}/errors/?code=NO_MATCH")
        page.wait_for_selector("#total[data-total]")
        for key in ("j", "j", "k", "x", "j", "x"):
            page.keyboard.press(key)
        page.get_by_text("2 selected").first.wait_for()
        page.keyboard.press("p")
        page.wait_for_url("**/operations/plan/park/")
        page.get_by_label("Reason").focus()
        page.keyboard.type("DATA_QUALITY")
        page.keyboard.press("Enter")
        while page.locator(":focus").get_attribute("form") != "plan":
            page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.wait_for_url(lambda url: "/plan/" not in url)

        assert page.get_by_role("heading", level=1).inner_text().startswith("Park 2 errors")
        page.keyboard.press("u")
        page.wait_for_url("**/errors/**")


def test_keys_open_a_row_and_lead_back(browser, scene, address):
    with window(browser, scene, address, "viewer") as page:
        page.goto(f"{address}/errors/?code=NO_MATCH")
        page.wait_for_selector("#total[data-total]")
        page.keyboard.press("j")
        page.keyboard.press("Enter")
        page.wait_for_url(ONE_ERROR)
        page.keyboard.press("u")
        page.wait_for_url("**/errors/?code=NO_MATCH")
        page.keyboard.press("g")
        page.keyboard.press("o")
        page.wait_for_url(f"{address}/")


@pytest.mark.parametrize("place", range(len(HOSTILE)))
def test_hostile_text_shows_as_text_and_does_nothing(browser, scene, address, place):
    error = scene.hostile[place]
    with window(browser, scene, address, "triager", viewport={"width": 390, "height": 800}) as page:
        ran = []
        page.on("dialog", lambda dialog: ran.append(dialog.message))
        for path in (
            f"/errors/{error.pk}/",
            f"/errors/?code=H-{place}",
            f"/errors/groups/?code=H-{place}",
        ):
            page.goto(address + path)
            page.wait_for_selector("[hx-trigger=load]", state="detached")
            assert page.evaluate("document.documentElement.scrollWidth") <= 390, path
            assert page.locator("main script, main img, main [onload]").count() == 0
            assert page.title() not in ("owned", "1", "2")
            assert "\x1b" not in page.inner_text("main") and "\u202e" not in page.inner_text("main")
        assert ran == []


def test_the_same_plan_started_in_two_tabs_runs_once(browser, scene, address):
    plan = plans.make(
        "park", errors=[make.error()], by=scene.people["triager"], reason="DATA_QUALITY"
    )
    with window(browser, scene, address, "triager") as first:
        second = first.context.new_page()
        for tab in (first, second):
            open_plan(tab, address, plan)
        first.get_by_role("button", name="Start").click()
        first.get_by_role("heading", level=1).get_by_text("Running").wait_for()
        with second.expect_response(lambda answer: answer.request.method == "POST") as answer:
            second.get_by_role("button", name="Start").click()

        assert answer.value.status == CONFLICT
        second.get_by_text(f"{plan} is running").first.wait_for()
    assert times(plan, "started") == 1


def test_a_double_click_on_start_starts_once(browser, scene, address):
    plan = plans.make(
        "park", errors=[make.error()], by=scene.people["triager"], reason="DATA_QUALITY"
    )
    with window(browser, scene, address, "triager") as page:
        open_plan(page, address, plan)
        page.get_by_role("button", name="Start").dblclick()
        page.get_by_role("heading", level=1).get_by_text("Running").wait_for()

    assert times(plan, "started") == 1


def test_a_double_click_on_approve_votes_once(browser, scene, address, gated):
    approval = requests.make(gated, by=scene.people["triager"])
    with window(browser, scene, address, "manager") as page:
        page.goto(address + reverse("governance:approval-detail", args=[approval.pk]))
        approve = page.get_by_role("button", name="Approve")
        # the second click of two that began on the page before
        assert approve.evaluate(IS_NOT_SENT)
        approve.dblclick()
        says_that_it_started(page, gated)

    approval.refresh_from_db()
    assert approval.state == Approval.State.USED
    assert approval.votes.count() == 1
    assert times(gated, "started by approving") == 1


def test_a_decision_in_a_second_tab_comes_too_late(browser, scene, address, gated):
    approval = requests.make(gated, by=scene.people["triager"])
    with window(browser, scene, address, "manager") as first:
        second = first.context.new_page()
        for tab in (first, second):
            tab.goto(address + reverse("governance:approval-detail", args=[approval.pk]))
        first.get_by_role("button", name="Approve").click()
        says_that_it_started(first, gated)
        with second.expect_response(lambda answer: answer.request.method == "POST") as answer:
            second.get_by_role("button", name="Approve").click()

        assert answer.value.status == CONFLICT
        second.get_by_role("heading", level=1).wait_for()
    assert times(gated, "started by approving") == 1


def test_empty_rules_of_a_run_unfold_in_the_list_of_operations(browser, scene, address):
    make.error(code="CT-M-NO-MX", retry_count=0)
    never = rule("Never", "retry", make.CT, "CT-O-WRITE-FAIL")
    run = run_planned(RETRY, never, by=scene.people["triager"])
    empty = run.operations.get(position=1)

    with window(browser, scene, address, "triager", java_script_enabled=False) as page:
        page.goto(f"{address}/operations/")
        row = page.locator(f'[data-row="{empty.pk}"]')
        before = row.is_visible()
        page.locator("tbody", has=row).get_by_text("1 rule with nothing to do").click()
        row.wait_for(state="visible")

    assert not before
