"""The page to read the schema, in a real browser: it loads whole, by its own assets, and offers every endpoint."""

import json

import pytest
from axe_playwright_python.base import AXE_SCRIPT

from outreach_admin.api.openapi.pages import described
from tests.browser.scene import cookies_of
from tests.browser.test_pages import RULES, WIDE

DOCS = "/api/docs/"
# what the page that comes with the schema does of itself, in the part that it draws
NOT_OURS = ("#swagger-ui",)
OURS = """(foreign) => axe.run({exclude: foreign.map((one) => [one])}, {runOnly: %s, preload: false})
  .then((found) => found.violations.map((rule) => `${rule.id}: ${rule.nodes[0].html.slice(0, 160)}`))"""
# a long list is drawn where it is in sight
DRAWN = """async (wanted) => {
    const seen = new Set();
    const frame = () => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
    for (let step = 0; step < 500 && seen.size < wanted; step++) {
        document.querySelectorAll(".opblock").forEach((one) => seen.add(one.id));
        const isEnd = scrollY + innerHeight >= document.documentElement.scrollHeight - 1;
        scrollTo(0, isEnd ? 0 : scrollY + innerHeight / 2);
        await frame();
    }
    return [...seen];
}"""


@pytest.fixture
def page(browser, scene, address):
    context = browser.new_context(viewport=WIDE)
    context.add_cookies(cookies_of(scene.people["viewer"], address))
    yield context.new_page()
    context.close()


def test_the_page_loads_without_a_complaint_and_shows_every_endpoint(page, address):
    complaints: list[str] = []
    hosts: set[str] = set()
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda problem: complaints.append(str(problem)))
    page.on("request", lambda request: hosts.add(request.url.split("/")[2]))

    page.goto(f"{address}{DOCS}")
    page.locator(".opblock").first.wait_for()

    operations = sum(len(methods) for methods in described()["paths"].values())
    assert len(page.evaluate(DRAWN, operations)) == operations
    assert complaints == [] and hosts == {address.split("/")[2]}


def test_nothing_of_the_page_that_is_ours_breaks_a_rule_of_accessibility(page, address):
    page.goto(f"{address}{DOCS}")
    page.locator(".opblock").first.wait_for()
    page.evaluate(AXE_SCRIPT)

    assert page.evaluate(OURS % json.dumps(RULES), list(NOT_OURS)) == []
    assert page.title() == "Outreach Ops API"
