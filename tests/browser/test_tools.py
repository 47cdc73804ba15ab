"""Tools in a browser: with rows of every kind, on a desk and on a phone, in both themes, by keyboard alone."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from governance.models import ToolCall
from governance.services.canon import calls, switches, versions
from governance.tables.calls import CallTable
from governance.tables.violations import ViolationTable
from governance.toolbox.codes import CODES
from tests import ledgers, make
from tests.browser.desk import PATIENCE_MS
from tests.browser.scene import HOSTILE, cookies_of
from tests.browser.test_pages import WIDE, Watched, every_column
from tests.governance.canon import canons

# pages that differ in it alone have the same controls
NUMBER = re.compile(r"\d+|\?.*")
CHANGES = (("50 per second", "40 per second"), ("bit_score >= 75", "bit_score >= 80"))


@pytest.fixture(scope="module")
def told(scene, django_db_blocker) -> list[str]:
    """A stop, calls and violations of every kind and a version that waits, committed; the addresses of their pages."""
    with django_db_blocker.unblock():
        reason = "Its key leaked. " * 20
        switch = switches.stop("firecrawl", by=scene.people["triager"], reason=reason)
        versions.load(canons.text(3, *CHANGES), by=make.manager())
        made = [
            ledgers.call(facts={"mx_present": text}, entity=text[:250], by=scene.people["triager"])
            for text in HOSTILE
        ]
        for call, status in zip(made, ("succeeded", "failed", "given_back"), strict=False):
            calls.end(
                call,
                status=status,
                duration=61_000,
                cost=None,
                answer_stored=False,
                fault="x" * 250,
            )
        cases = [make.violation(code) for code in CODES]
        cases += [make.violation(message=text, entity=text[:250]) for text in HOSTILE]
    return [
        "/canon/violations/",
        f"/canon/violations/?{every_column(ViolationTable)}",
        "/canon/violations/?q=nothing+like+this",
        "/canon/violations/export/?code=V-GATE-001",
        *(f"/canon/violations/{case.pk}/" for case in (cases[0], *cases[-len(HOSTILE) :])),
        "/tools/",
        "/tools/firecrawl/",
        "/tools/retell-caller/",
        "/canon/calls/",
        f"/canon/calls/?{every_column(CallTable)}",
        "/canon/calls/?status=given_back&status=failed",
        *(f"/canon/calls/{call.pk}/" for call in made),
        "/canon/versions/",
        "/canon/versions/load/",
        "/canon/versions/3/",
        "/canon/versions/3/enforce/",
        "/canon/switches/",
        "/canon/switches/stop/",
        f"/canon/switches/{switch.pk}/release/",
        "/canon/try/?tool=TOOL-011",
    ]


@pytest.fixture
def watched(browser, scene, told, address) -> Iterator[Watched]:
    """A window of the manager."""
    context = browser.new_context(viewport=WIDE, reduced_motion="reduce", color_scheme="light")
    context.add_cookies(cookies_of(scene.people["manager"], address))
    context.set_default_timeout(PATIENCE_MS)
    yield Watched(context.new_page(), address)
    context.close()


@pytest.mark.soak
def test_with_rows_all_are_whole_accessible_and_walked_by_keyboard(watched, told):
    walked = set()
    for path in told:
        watched.open(path)
        watched.measure()
        kind = NUMBER.sub("", path)
        if kind not in walked:
            watched.judge()
            watched.walk()
            walked.add(kind)

    assert "\n".join(watched.problems) == ""
    assert ToolCall.objects.count() >= len(HOSTILE)


def test_a_call_is_tried_by_keyboard_and_each_step_answers(watched):
    watched.open("/canon/try/?tool=TOOL-011")
    page = watched.page
    page.get_by_label("bit_score").focus()
    page.keyboard.type("60")
    page.get_by_label("contact_verified").focus()
    page.keyboard.press("ArrowDown")

    page.get_by_label("bit_score").press("Enter")

    expect(page.get_by_role("status").filter(has_text="V-GATE-001")).to_be_visible()
    expect(page.locator("#answer tbody tr")).to_have_count(10)
    watched.measure()
    watched.judge()
    assert watched.problems == []


def test_violations_are_found_ticked_and_planned_by_keyboard(watched):
    watched.open("/canon/violations/?code=V-GATE-002&code=V-GATE-003")
    page = watched.page
    page.wait_for_selector("#total[data-total]")
    for key in ("j", "x", "j", "x"):
        page.keyboard.press(key)
    page.get_by_text("2 selected").first.wait_for()
    resolve = page.get_by_role("button", name="Resolve")
    while not resolve.evaluate("button => button === document.activeElement"):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/operations/plan/resolve_violation/")

    watched.path = "the plan"
    watched.measure()
    watched.judge()
    assert watched.problems == []
