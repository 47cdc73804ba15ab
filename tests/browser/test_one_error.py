"""One error at a time: how many clicks, keys and sentences it takes, and where the hands are afterwards."""

import re
from collections.abc import Iterator

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, ConsoleMessage, Page, expect

from governance.models import HubError, Operation
from tests import make
from tests.browser import wait_for
from tests.browser.scene import Scene, cookies_of
from tests.browser.test_pages import AXE, RULES

WIDE, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 844}
LIST = "/errors/?code=NO_MATCH&disposition=RETRY"
AXE_WITHIN = AXE.replace("axe.run({", "axe.run('.act-place, .is-toast', {")
RECORD = re.compile(r"/errors/[0-9a-f-]{36}/\?")


class Hands:
    """A person at the queue; every click, every key and every sentence counts as one."""

    def __init__(self, page: Page, address: str) -> None:
        self.page, self.address, self.count = page, address, 0
        self.complaints: list[str] = []
        page.on("pageerror", lambda problem: self.complaints.append(str(problem)))
        page.on("console", self.hear)

    def hear(self, said: ConsoleMessage) -> None:
        """Keep what the browser calls an error."""
        if said.type == "error":
            self.complaints.append(said.text)

    def look(self, path: str = LIST) -> None:
        """Open a page and begin to count."""
        self.page.goto(self.address + path)
        self.page.wait_for_selector("[hx-trigger=load]", state="detached")
        self.count = 0

    def click(self, label: str, inside: str = "body") -> None:
        self.count += 1
        self.page.locator(inside).get_by_label(label).or_(
            self.page.locator(inside).get_by_role("button", name=label)
        ).first.click()

    def press(self, key: str) -> None:
        self.count += 1
        self.page.keyboard.press(key)

    def write(self, text: str) -> None:
        self.count += 1
        self.page.keyboard.type(text)

    def form(self, focused: str) -> None:
        """Wait until the form is open, with the hands on its field or button."""
        expect(self.page.locator(f"[data-act-form] {focused}")).to_be_focused()

    def told(self, words: str) -> None:
        """Wait for the toast."""
        expect(self.page.locator(".is-toast")).to_contain_text(words)

    def rows(self) -> list[str]:
        return self.page.locator("[data-row]").evaluate_all("rows => rows.map(r => r.dataset.row)")

    def current(self) -> str:
        return self.page.locator("[data-row].is-current").get_attribute("data-row") or ""


@pytest.fixture
def hands(browser: Browser, scene: Scene, address: str) -> Iterator[Hands]:
    context = browser.new_context(viewport=WIDE)
    context.add_cookies(cookies_of(scene.people["triager"], address))
    context.set_default_timeout(15_000)
    sitting = Hands(context.new_page(), address)
    yield sitting
    context.close()
    assert sitting.complaints == []


def now(key: str) -> HubError:
    return HubError.objects.get(pk=key)


def of_code(code: str) -> str:
    """A list of three fresh errors of a code."""
    owner = f"Team {HubError.objects.count()}"
    make.errors(3, make.DOL, code=code, owner=owner)
    return f"/errors/?owner={owner.replace(' ', '+')}&disposition=RETRY"


def test_two_clicks_park_a_row_of_the_list_and_the_next_row_follows(hands):
    hands.look()
    first, second, third, *_ = hands.rows()
    row = f'[data-row="{second}"]'
    hands.page.locator(row).hover()

    hands.page.locator(row).locator('[data-act="p"]').click()
    hands.form("button.primary")
    hands.count = 1
    hands.click("Park", "[data-act-form]")

    hands.told("Parked")
    assert hands.count == 2
    assert (now(second).disposition, now(second).park_reason) == (
        "PARKED",
        "STRUCTURAL_NO_DOL_MATCH",
    )
    assert hands.current() == third
    assert second not in hands.rows() and hands.rows()[0] == first
    assert hands.page.url.endswith(LIST)


def test_two_keys_park_each_further_row(hands):
    hands.look()
    hands.press("j")
    first, second, *_ = hands.rows()
    hands.count = 0

    for key in (first, second):
        hands.press("p")
        hands.form("button.primary")
        hands.press("Enter")
        expect(hands.page.locator(f'[data-row="{key}"]')).to_have_count(0)
        # a hand is slower than the row after it becomes the current one
        expect(hands.page.locator("[data-row].is-current")).to_have_count(1)

    assert hands.count == 4
    assert {now(first).disposition, now(second).disposition} == {"PARKED"}


def test_three_keys_where_the_code_names_no_usual_reason(hands):
    hands.look(of_code("CT-M-NO-MX"))
    hands.press("j")
    key = hands.rows()[0]
    hands.count = 0

    hands.press("p")
    hands.form("[name=reason]")
    hands.write("The data")
    hands.press("Enter")

    hands.told("Parked")
    assert hands.count == 3
    assert now(key).park_reason == "DATA_QUALITY"


def test_two_steps_resolve_an_error_on_its_page_and_the_next_one_comes(hands):
    hands.look(of_code("NO_MATCH"))
    key, following, _ = hands.rows()
    hands.look(hands.page.locator("[data-open]").first.get_attribute("href"))
    expect(hands.page.locator(".place")).to_contain_text("1 of 3")

    hands.press("e")
    hands.form("textarea")
    # a sentence and its Enter
    hands.write("Found in the 2025 filing\n")

    hands.page.wait_for_url(lambda url: following in url)
    hands.told("Resolved")
    assert hands.count == 2
    assert (now(key).disposition, now(key).resolution_note) == (
        "RESOLVED",
        "Found in the 2025 filing",
    )
    expect(hands.page.locator(".place")).to_contain_text("1 of 2")

    hands.count = 0
    hands.press("e")
    hands.form("textarea")
    hands.click("“Found in the 2025 filing”")
    hands.page.wait_for_url(lambda url: following not in url)
    assert hands.count == 2
    assert now(following).resolution_note == "Found in the 2025 filing"


def test_one_key_takes_it_back(hands):
    hands.look(of_code("NO_MATCH"))
    hands.press("j")
    key = hands.rows()[0]
    hands.press("p")
    hands.form("button.primary")
    hands.press("Enter")
    hands.told("Parked")
    hands.count = 0

    hands.press("z")

    hands.page.get_by_text("Taken back").wait_for()
    assert (hands.count, now(key).disposition) == (1, "RETRY")
    assert key in hands.rows()
    done = Operation.objects.filter(items__subject_id=key).order_by("pk")
    assert [(one.kind, one.state) for one in done] == [("verb", "done"), ("undo", "done")]


def test_taken_back_its_page_comes_again_with_the_row_current(hands):
    hands.look(f"{LIST}&size=25")
    hands.page.locator("#page-after").click()
    hands.page.wait_for_url("**after=**")
    hands.page.wait_for_selector("#page-before")
    hands.press("j")
    hands.press("j")
    key = hands.current()
    hands.press("p")
    hands.form("button.primary")
    hands.press("Enter")
    hands.told("Parked")

    hands.press("z")

    hands.page.get_by_text("Taken back").wait_for()
    assert hands.current() == key
    assert "after=" in hands.page.url and "#" not in hands.page.url
    expect(hands.page.locator(".is-current [data-open]")).to_be_focused()


def test_no_style_is_copied_from_part_to_part(hands):
    """Tools and extensions of a browser leave `style=""` behind; the policy refuses whoever sets it by name."""
    hands.look(of_code("NO_MATCH"))
    touch = "parts => parts.forEach((part) => { part.style.top = 0; part.style.top = ''; })"
    hands.page.locator("[id]").evaluate_all(touch)
    hands.press("j")
    hands.press("p")
    hands.form("button.primary")
    hands.press("Enter")
    hands.told("Parked")
    hands.press("z")

    hands.page.get_by_text("Taken back").wait_for()

    assert hands.complaints == []


def test_a_form_is_left_by_escape_and_by_the_keys_of_the_list(hands):
    hands.look(of_code("NO_MATCH"))
    hands.press("j")
    hands.press("e")
    hands.form("textarea")

    hands.press("Escape")

    expect(hands.page.locator("[data-act-form]")).to_have_count(0)
    expect(hands.page.locator("[data-row].is-current [data-open]")).to_be_focused()
    hands.press("Enter")
    hands.page.wait_for_url(RECORD)
    first = hands.page.url
    hands.press("j")
    hands.page.wait_for_url(lambda url: url != first)
    hands.press("k")
    hands.page.wait_for_url(first)


def test_a_missing_note_is_asked_for_and_the_list_stays(hands):
    hands.look(of_code("NO_MATCH"))
    hands.press("j")
    hands.press("e")
    hands.form("textarea")
    hands.page.locator("[data-act-form]").evaluate("form => { form.noValidate = true; }")

    with hands.page.expect_response(lambda answer: answer.status == 422):
        hands.press("Enter")

    expect(hands.page.locator("[data-act-form] .wrong")).to_contain_text("required")
    assert len(hands.rows()) == 3
    # the browser itself names the answer
    assert "422" in hands.complaints.pop()


@pytest.mark.parametrize("size", [WIDE, PHONE])
def test_the_form_and_its_toast_fit_and_are_accessible(hands, size):
    hands.page.set_viewport_size(size)
    hands.look(of_code("NO_MATCH"))
    hands.page.locator("[data-act='p']").first.click(force=True)
    hands.form("button.primary")
    hands.page.evaluate(AXE_SCRIPT)
    assert hands.page.evaluate(AXE_WITHIN, RULES) == []
    expect(hands.page.locator("[data-act-close]")).to_be_in_viewport(ratio=1)
    hands.press("Enter")
    hands.told("Parked")

    assert hands.page.evaluate(AXE_WITHIN, RULES) == []
    hands.complaints.clear()
    assert hands.page.evaluate("document.documentElement.scrollWidth") <= size["width"]


def test_facets_stay_within_reach_while_the_list_scrolls(hands):
    hands.look("/errors/?view=all")

    # the navigation scrolls by itself
    hands.page.mouse.move(700, 400)
    hands.page.mouse.wheel(0, 1500)
    wait_for(lambda: hands.page.evaluate("scrollY") > 300, seconds=10)

    facet = hands.page.locator(".facet").first
    expect(facet).to_be_in_viewport()


def test_the_primary_verb_fits_what_is_ticked(hands):
    owner = "Mixed team"
    make.error(owner=owner)
    make.error(owner=owner, disposition="PARKED")
    hands.look("/errors/?owner=Mixed+team")
    primary = hands.page.locator("[data-acts] .primary")
    expect(primary).to_contain_text("Park")

    hands.page.locator('[data-state="PARKED"] [data-tick]').check()
    expect(primary).to_contain_text("Resolve")

    hands.page.locator('[data-state="PARKED"] [data-tick]').uncheck()
    hands.page.locator('[data-state="RETRY"] [data-tick]').check()
    expect(primary).to_contain_text("Park")


def test_without_javascript_a_row_is_parked_on_its_page(browser, scene, address):
    context = browser.new_context(java_script_enabled=False, viewport=WIDE)
    context.add_cookies(cookies_of(scene.people["triager"], address))
    page = context.new_page()
    page.goto(address + of_code("NO_MATCH"))
    key = page.locator("[data-row]").first.get_attribute("data-row")

    page.locator("[data-act='p']").first.click()
    page.locator("[data-act-form] button.primary").click()

    page.get_by_text("Parked").first.wait_for()
    assert now(key).disposition == "PARKED"
    page.get_by_role("button", name="Undo").click()
    page.get_by_text("Taken back").wait_for()
    assert now(key).disposition == "RETRY"
    context.close()
