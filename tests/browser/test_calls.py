"""A call that a person must agree to: refused, asked for over HTTP, approved in the inbox, made once."""

from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import expect

from governance.models import Approval
from governance.services.canon import agreements
from tests import make
from tests.browser.desk import PASSWORDS, seated
from tests.browser.scene import cookies_of
from tests.browser.test_pages import AXE
from tests.governance.services.canon.calling import (
    FACTS,
    HUB,
    call,
    requested,
    spend,
    where_it_is_noon,
)
from tests.remote import RemoteCaller

WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
CALLS = "/api/canon/calls/"
ENDED = {"status": "succeeded", "duration": 61_000, "answer_stored": True}


@pytest.fixture(autouse=True)
def key(monkeypatch):
    """The server knows the tool's key."""
    monkeypatch.setenv("RETELL_API_KEY", "known")


def opened(browser, site, person, path, width=1280):
    context = browser.new_context(viewport={"width": width, "height": 800})
    context.add_cookies(cookies_of(person, site))
    page = context.new_page()
    page.goto(f"{site}{path}")
    return page


class Pipeline:
    """A program that calls by the token that somebody made for it."""

    def __init__(self, site: str, secret: str) -> None:
        self.caller = RemoteCaller(site, secret)
        self.facts = FACTS | {"contact_timezone": where_it_is_noon()}

    def call(self, *, asks: bool = False, **facts: Any) -> Any:
        """Reserve the call; what is answered."""
        said = {
            "tool_id": "TOOL-011",
            "hub_id": HUB,
            "interaction_type": "WRITE",
            "entity": "acme.example",
            "gate_state": self.facts | facts,
        }
        return self.caller.post(CALLS, said | ({"request_approval": True} if asks else {}))

    def is_refused(self, **facts: Any) -> bool:
        answer = self.call(**facts)
        return answer.status == 409 and answer.said["violation_code"] == "V-GATE-002"

    def asked(self, **facts: Any) -> int:
        """Be refused, and ask for agreement by the same call; the number of the request."""
        answer = self.call(asks=True, **facts)
        assert (answer.status, answer.said["violation_code"]) == (409, "V-GATE-002")
        return answer.said["approval"]["id"]


def secret_for_a_pipeline(page) -> str:
    """Make its token by the form."""
    page.get_by_label("Name", exact=True).fill("nightly calls")
    page.locator("[name=pipeline]").fill("outreach")
    page.get_by_label("pipeline: also write").check()
    page.get_by_role("button", name="Make the token").click()
    return page.locator("#secret").inner_text()


def cannot_approve(browser, site, person, approval: int) -> None:
    """Neither by the page, nor past it."""
    page = opened(browser, site, person, f"/approvals/{approval}/")
    expect(page.get_by_text("You are the requester")).to_be_visible()
    expect(page.get_by_role("button", name="Approve one call")).to_have_count(0)
    _, own = make.token(account=person, scopes=["read", "approve"])
    digest = Approval.objects.get(pk=approval).plan_hash
    vote = RemoteCaller(site, own).post(
        f"/api/approvals/{approval}/approve/", {"plan_hash": digest}
    )
    assert vote.status in (403, 409) and Approval.objects.get(pk=approval).state == "pending"


def test_a_pipelines_call_is_agreed_to_in_the_inbox_and_made_once(browser, committed_db, site):
    maker = make.manager()
    make.user("manager", username="manager", password=PASSWORDS["manager"])
    pipeline = Pipeline(site, secret_for_a_pipeline(opened(browser, site, maker, "/tokens/")))

    assert pipeline.is_refused() and not Approval.objects.exists()
    asked = pipeline.asked()
    assert pipeline.asked(bit_score=80.0) == asked
    cannot_approve(browser, site, maker, asked)
    maker.is_superuser = True
    maker.save()
    cannot_approve(browser, site, maker, asked)
    with seated(browser, site, "manager") as desk:
        desk.go("Approvals")
        desk.sees("acme.example")
        desk.press("Approve one call")
        desk.sees("Call by RetellCaller to acme.example: approved.")

        # a changed fact is another call; 80.0 is 80
        assert pipeline.is_refused(bit_score=81) and pipeline.is_refused(dnc_reason="none")
        made = pipeline.call(bit_score=80.0)
        assert (made.status, made.said["status"]) == (201, "reserved")
        assert pipeline.is_refused() and pipeline.is_refused(bit_score=80.0)
        assert pipeline.caller.post(made.headers["Location"], ENDED).said["cost"] == 0.14
        used = Approval.objects.get()
        assert (used.state, used.used_by_call) == ("used", made.said["correlation_id"])

        first, other = pipeline.asked(), pipeline.asked(bit_score=90)
        desk.page.goto(f"{site}/approvals/{first}/")
        desk.sees("what it was bound to has changed")
        expect(desk.page.get_by_role("button", name="Approve one call")).to_have_count(0)
        assert Approval.objects.get(pk=other).state == "pending"
        assert desk.complaints == []


@pytest.mark.parametrize("width", [pytest.param(1280, marks=pytest.mark.soak), 390])
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


@pytest.mark.soak
def test_the_page_of_a_call_holds_to_what_everybody_can_use(browser, committed_db, site):
    found = requested(facts=FACTS | {"purpose": "<b>first</b>"})
    page = opened(browser, site, make.manager(), f"/approvals/{found.pk}/", 390)
    page.evaluate(AXE_SCRIPT)

    assert page.evaluate(AXE, {"type": "tag", "values": WCAG}) == []
    assert page.evaluate("document.documentElement.scrollWidth") == 390
