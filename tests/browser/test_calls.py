"""A call that a person must agree to: refused, asked for over HTTP, approved in the inbox, made once."""

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import expect

from governance.canon.guard import InteractionType, ToolCanonGuard
from governance.services.canon import agreements
from tests import make
from tests.browser.scene import cookies_of
from tests.browser.test_pages import AXE
from tests.governance.services.canon.calling import FACTS, HUB, NOON, call, requested, spend
from tests.remote import RemoteCaller

WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
ASKED = "/api/canon/approvals/"


@pytest.fixture
def maker(committed_db):
    """The manager who made the pipeline's token."""
    return make.manager()


@pytest.fixture
def pipeline(maker):
    """The pipeline's token with its secret."""
    return make.token(pipeline="outreach", by=maker, scopes=["pipeline"])


def opened(browser, site, person, path, width=1280):
    context = browser.new_context(viewport={"width": width, "height": 800})
    context.add_cookies(cookies_of(person, site))
    page = context.new_page()
    page.goto(f"{site}{path}")
    return page


def code(facts=FACTS):
    result = ToolCanonGuard(lambda: NOON).validate(
        "TOOL-011", HUB, InteractionType.WRITE, facts, "acme.example"
    )
    return result.violation.violation_code if result.violation else ""


def test_a_pipelines_call_is_agreed_to_in_the_inbox_and_made_once(browser, pipeline, maker, site):
    token, secret = pipeline
    said = {
        "tool_id": "TOOL-011",
        "hub_id": HUB,
        "interaction_type": "WRITE",
        "entity": "acme.example",
        "gate_state": FACTS,
    }
    assert code() == "V-GATE-002"
    asked = RemoteCaller(site, secret).post(ASKED, said)
    assert asked.status == 201

    own = opened(browser, site, maker, f"/approvals/{asked.said['id']}/")
    expect(own.get_by_text("You are the requester")).to_be_visible()
    expect(own.get_by_role("button", name="Approve one call")).to_have_count(0)
    page = opened(browser, site, make.manager(), "/approvals/")
    page.get_by_role("button", name="Approve one call").click()
    expect(page.get_by_text("Call by RetellCaller to acme.example: approved.")).to_be_visible()

    assert (code(), code(FACTS | {"bit_score": 81})) == ("", "V-GATE-002")
    given = spend(requester=token.account, facts=FACTS | {"bit_score": 80.0})
    assert given == asked.said["id"]
    assert spend(requester=token.account) is None
    assert code() == "V-GATE-002"


@pytest.mark.parametrize("width", [1280, 390])
def test_calls_are_read_as_one_list_and_decided_together(browser, committed_db, site, width):
    for name in ("a.example", "b.example", "c.example"):
        requested(entity=name, note="She asked.")
    page = opened(browser, site, make.manager(), "/approvals/calls/", width)
    page.evaluate(AXE_SCRIPT)
    assert page.evaluate(AXE, {"type": "tag", "values": WCAG}) == []
    assert page.evaluate("document.documentElement.scrollWidth") == width

    for name in ("a.example", "b.example"):
        page.get_by_label(f"Decide on: Call by RetellCaller to {name}").check()
    page.get_by_role("button", name="Approve those ticked").click()

    expect(page.get_by_role("status").get_by_role("listitem")).to_have_count(2)
    expect(page.get_by_text("1 ask, 1 can be decided")).to_be_visible()
    assert agreements.spend(
        **call(entity="a.example"), requester=make.triager(), correlation_id="c-1"
    )
    assert not spend(entity="c.example")


def test_the_page_of_a_call_holds_to_what_everybody_can_use(browser, committed_db, site):
    found = requested(facts=FACTS | {"purpose": "<b>first</b>"})
    page = opened(browser, site, make.manager(), f"/approvals/{found.pk}/", 390)
    page.evaluate(AXE_SCRIPT)

    assert page.evaluate(AXE, {"type": "tag", "values": WCAG}) == []
    assert page.evaluate("document.documentElement.scrollWidth") == 390
