"""Every page as everybody sees it: nothing fails to load, nothing sticks out, nothing breaks a rule of accessibility."""

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from django.conf import settings
from django.contrib.auth.models import Group, User
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page

from governance.models import ApprovalPolicy, ErrorCode, Hub
from governance.models import ErrorTable as TableOfErrors
from governance.tables.companies import CompanyTable
from governance.tables.errors import ErrorTable
from outreach_admin.ui.tables import Table
from tests import make
from tests.browser.scene import Scene, cookies_of
from tests.walk.every import ADDRESSES
from tests.walk.world import ROLES

WIDE, NARROW = {"width": 1280, "height": 800}, {"width": 390, "height": 844}
LATE_PART = "[hx-trigger=load]"
STICKS_OUT = """() => {
  const wide = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= wide) return "";
  const out = [...document.body.querySelectorAll("*")].filter((part) => part.getBoundingClientRect().right > wide + 1 && !part.closest(".scroll, .unseen"));
  return `${document.documentElement.scrollWidth} px: ` + out.slice(0, 3).map((part) => part.outerHTML.slice(0, 120)).join(" | ");
}"""
# of a group of radio buttons one is reached; some controls have more than one stop
STOPS = """() => {
  const groups = new Set();
  return [...document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex]")].filter((part) => {
    if (part.disabled || part.type === "hidden" || part.tabIndex < 0 || part.closest("[inert]")) return false;
    if (!part.checkVisibility({visibilityProperty: true})) return false;
    if (part.type !== "radio") return true;
    if (groups.has(part.name)) return false;
    return groups.add(part.name);
  }).length;
}"""
STOP = """() => {
  const part = document.activeElement;
  if (!part || part === document.body || part.seen) return null;
  part.seen = true;
  const isDrawn = (one) => {
    const style = getComputedStyle(one);
    return style.boxShadow !== "none" || (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0);
  };
  const drawn = part.closest(".chart") || isDrawn(part) || isDrawn(part.parentElement);
  const box = part.getBoundingClientRect();
  const shown = box.right > 0 && box.bottom > 0 && box.left < innerWidth && box.top < innerHeight;
  return drawn && shown ? "" : part.outerHTML.slice(0, 160);
}"""
AXE = """async (only) => (await axe.run({runOnly: only, preload: false, resultTypes: ["violations"]})).violations.map(
  (rule) => `${rule.id}: ${rule.nodes.slice(0, 3).map((node) => node.html.slice(0, 160)).join(" | ")}`)"""
RULES = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
# of one control: day, month, year, hour, minute, half of the day, the button beside them
MOST_STOPS = 8
CONTRAST = {"type": "rule", "values": ["color-contrast"]}
# who is signed in is sent on by the first; tests/browser/test_api_docs.py looks at the second
NO_PAGE_OF_OURS = ("login", "api-docs")
# what a page had asked for when it was left
GIVEN_UP = "net::ERR_ABORTED"
REFUSED = ("/no/such/page/", "/errors/?no_such_key=1", "/operations/2000000000/")


def paths_for(scene: Scene, role: str) -> list[str]:
    """List every page this role may open, with each state of what it shows."""
    found = []
    for name, entry in ADDRESSES.items():
        if role in entry.get and name not in NO_PAGE_OF_OURS:
            found.append(
                reverse(name, args=entry.objects(scene))
                + (f"?{entry.query}" if entry.query else "")
            )
    found += plans_of(scene)
    found += [reverse("governance:error-detail", args=[one.pk]) for one in scene.hostile]
    found += [
        reverse("governance:company-detail", args=[one.outreach_id]) for one in scene.companies
    ]
    queue = reverse("governance:error-list")
    found += [
        f"{queue}?disposition=RETRY&select=all",
        f"{queue}?code=H-3&select=page",
        f"{queue}?q=nothing+like+this",
        f"{queue}?size=25&sort=created",
    ]
    companies = reverse("governance:company-list")
    found += [f"{companies}?q=nothing+like+this", f"{companies}?promotable=false&sort=-errors"]
    found += [f"{queue}?{every_column(ErrorTable)}", f"{companies}?{every_column(CompanyTable)}"]
    client = Client()
    client.force_login(scene.people[role])
    return [path for path in found if is_page(client.get(path))]


def plans_of(scene: Scene) -> list[str]:
    return [
        reverse("governance:operation-detail", args=[one.pk]) for one in scene.operations.values()
    ]


def every_column(table: type[Table]) -> str:
    return "&".join(f"columns={name}" for name in table.optional_columns())


def is_page(answer: HttpResponse) -> bool:
    return answer.status_code == 200 and answer.headers["Content-Type"].startswith("text/html")


class Watched:
    """A page with everything that went wrong on it."""

    def __init__(self, page: Page, address: str) -> None:
        self.page, self.address = page, address
        self.path, self.problems, self.is_judged = "", [], False
        page.on(
            "console",
            lambda message: (
                self.note("console", message.text) if message.type in ("error", "warning") else None
            ),
        )
        page.on("pageerror", lambda problem: self.note("script", problem))
        page.on(
            "requestfailed",
            lambda request: (
                self.note("request", request.url) if request.failure != GIVEN_UP else None
            ),
        )
        page.on(
            "response",
            lambda answer: (
                self.note(f"{answer.status}", answer.url) if answer.status >= 400 else None
            ),
        )

    def note(self, kind: str, what: Any) -> None:
        # the judge's own styles are refused by the page's policy
        if not (self.is_judged and "Content Security Policy" in str(what)):
            self.problems.append(f"{self.path} {kind}: {what}")

    def open(self, path: str) -> None:
        self.path, self.is_judged = path, False
        self.page.goto(f"{self.address}{path}")
        self.page.wait_for_selector(LATE_PART, state="detached")

    def measure(self) -> None:
        for size in (NARROW, WIDE):
            self.page.set_viewport_size(size)
            if found := self.page.evaluate(STICKS_OUT):
                self.note(f"sticks out at {size['width']}", found)

    def walk(self) -> None:
        """Reach all that can be used by the Tab key alone; each stop is seen where it stands."""
        stops, reached = self.page.evaluate(STOPS), 0
        self.page.keyboard.press("Tab")
        while (found := self.page.evaluate(STOP)) is not None:
            reached += 1
            if found:
                self.note("focus not seen", found)
            self.leave_stop()
        if reached < stops:
            self.note("keyboard", f"{reached} of {stops} are reached")

    def leave_stop(self) -> None:
        """Go on; a moment has several stops."""
        for _ in range(MOST_STOPS):
            self.page.keyboard.press("Tab")
            if not self.page.evaluate(
                "document.activeElement.seen && document.activeElement !== document.body"
            ):
                return

    def judge(self) -> None:
        self.is_judged = True
        self.page.evaluate(AXE_SCRIPT)
        for scheme, rules in (("light", RULES), ("dark", CONTRAST)):
            self.page.emulate_media(color_scheme=scheme)
            for found in self.page.evaluate(AXE, rules):
                self.note(scheme, found)


@pytest.fixture
def watched(browser, scene, address, request) -> Iterator[Watched]:
    """A window of the role named by the parameter."""
    context = browser.new_context(viewport=WIDE, reduced_motion="reduce", color_scheme="light")
    if request.param:
        context.add_cookies(cookies_of(scene.people[request.param], address))
    yield Watched(context.new_page(), address)
    context.close()


# whose pages have most on them; the one who asks has other buttons on plans alone
JUDGED = "manager"


@pytest.mark.soak
@pytest.mark.parametrize("watched", ["triager"], indirect=True)
def test_plans_are_whole_and_accessible_for_who_asks_too(watched, scene):
    for path in plans_of(scene):
        watched.open(path)
        watched.measure()
        watched.judge()

    assert scene.operations
    assert watched.problems == []


@pytest.mark.parametrize(
    ("watched", "role"),
    [pytest.param(role, role, marks=[] if role == JUDGED else pytest.mark.soak) for role in ROLES],
    indirect=["watched"],
)
def test_pages_load_whole_within_the_window_and_are_accessible_in_both_themes(watched, role, scene):
    paths = paths_for(scene, role)
    judged = paths if role == JUDGED else plans_of(scene)

    for path in paths:
        watched.open(path)
        watched.measure()
        if path in judged:
            watched.judge()

    assert set(judged) <= set(paths)
    assert watched.problems == []
    assert watched.page.title() not in ("owned", "1", "2")


@pytest.mark.parametrize("watched", ["", "viewer"], indirect=True)
def test_doors_and_refusals_are_pages_too(watched):
    for path in (
        settings.LOGIN_URL if settings.LOGIN_URL.startswith("/") else "/sign-in/",
        *REFUSED,
    ):
        watched.open(path)
        watched.measure()
        watched.judge()

    named = [
        problem
        for problem in watched.problems
        if " 40" not in problem and "console: Failed to load resource" not in problem
    ]
    assert named == []


@pytest.mark.parametrize("watched", ["admin"], indirect=True)
def test_reference_data_are_pages_too(watched):
    for path in reference_paths():
        watched.open(path)
        watched.measure()
        watched.judge()

    assert watched.problems == []


def reference_paths() -> list[str]:
    """List the index of reference data, and of each kind the list and one record."""
    found = [reverse("admin:index"), reverse("admin:auth_user_add")]
    for model in (User, Group, Hub, TableOfErrors, ErrorCode, ApprovalPolicy):
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        found += [
            reverse(f"{name}_changelist"),
            reverse(f"{name}_change", args=[model.objects.first().pk]),
        ]
    return found


@pytest.mark.parametrize("watched", ["triager"], indirect=True)
def test_a_stale_view_among_many_is_accessible_and_stays_within_the_window(watched, scene):
    mine = scene.people["triager"]
    for number in range(8):
        make.view(owner=mine, query=f"code=C{number}")
    make.view(owner=mine, name="Old " + "name " * 10, query="code=NO_MATCH&legacy=1")

    watched.open("/errors/?code=NO_MATCH&legacy=1")
    watched.page.get_by_text("which this list no longer has").wait_for()
    watched.page.locator(".views summary").click()
    watched.measure()
    watched.judge()

    assert watched.problems == []


@pytest.mark.parametrize("watched", ["triager"], indirect=True)
def test_a_span_of_time_is_counted_by_itself_and_stays_ticked_when_opened_again(watched, scene):
    watched.open("/errors/?view=all")
    page = watched.page
    later = page.get_by_label("Expires").get_by_role("link", name="later")
    page.locator("#spans .count").first.wait_for()

    later.click()
    page.wait_for_url("**expires_after=in-7d**")
    watched.open(page.url.removeprefix(watched.address))

    assert later.get_attribute("aria-current") == "true"
