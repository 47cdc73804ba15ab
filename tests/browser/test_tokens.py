"""A new token at its page: shown once, copied by a button, whole and accessible with odd names around it."""

import re
from collections.abc import Iterator

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from governance.models import Token
from governance.queries import tokens as queries
from governance.services import tokens
from tests import make
from tests.browser.scene import HOSTILE, cookies_of
from tests.browser.test_pages import WIDE, Watched

LIST = reverse("governance:token-list")
LONG = "x" * 60


@pytest.fixture
def watched(browser, scene, address) -> Iterator[Watched]:
    """A window of a manager."""
    context = browser.new_context(viewport=WIDE, reduced_motion="reduce", color_scheme="light")
    context.add_cookies(cookies_of(scene.people["manager"], address))
    yield Watched(context.new_page(), address)
    context.close()


def odd_ones(manager) -> None:
    """Tokens of every state, with names that break pages, and refusals of each."""
    for number, name in enumerate((LONG, HOSTILE[0][:60], "{{ 7*7 }}")):
        token, _ = make.token(name=name, pipeline=f"{LONG}{number}", responsible=manager)
        tokens.note_use(token, address="2001:db8:1111:2222:3333:4444:5555:6666")
        tokens.note_refusal(token, reason="switched_off", address=LONG)
    tokens.revoke(token, by=manager)
    tokens.note_refusal(None, reason="unknown", address="192.0.2.7")


def test_a_new_token_is_shown_copied_and_accessible(watched, scene):
    manager = scene.people["manager"]
    odd_ones(manager)
    watched.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    watched.open(LIST)
    watched.page.get_by_label("Name", exact=True).fill("gap checker")
    watched.page.get_by_label("read: ").check()
    watched.page.get_by_role("button", name="Make the token").click()

    secret = watched.page.locator("#secret").inner_text()
    watched.page.get_by_role("button", name="Copy").click()
    expect(watched.page.get_by_role("button", name="Copied")).to_be_visible()

    assert re.fullmatch(r"oo_u_\w{40}", secret)
    assert watched.page.evaluate("navigator.clipboard.readText()") == secret
    assert Token.objects.get(digest=queries.digest_of(secret)).account == manager
    watched.measure()
    watched.judge()
    assert watched.problems == []


@pytest.mark.soak
def test_every_page_of_tokens_stays_whole_and_accessible(watched, scene):
    if not Token.objects.exists():
        odd_ones(scene.people["manager"])
    odd = Token.objects.order_by("pk").values_list("pk", flat=True)
    pages = [reverse("governance:token-detail", args=[pk]) for pk in odd]

    for path in (LIST, reverse("governance:token-refusals"), f"{LIST}?mine=true", *pages):
        watched.open(path)
        watched.measure()
        watched.judge()

    assert watched.problems == []


def test_a_renewed_secret_is_shown_whole_and_accessible(watched, scene):
    token, _ = make.token(account=scene.people["manager"], name=LONG)
    make.ending(token, days=2)
    watched.open(reverse("governance:token-detail", args=[token.pk]))
    watched.measure()
    watched.judge()

    watched.page.get_by_role("button", name="Renew").click()

    secret = watched.page.locator("#secret").inner_text()
    assert Token.objects.get(digest=queries.digest_of(secret)).renews == token
    expect(watched.page.get_by_role("button", name="Copy")).to_be_visible()
    watched.measure()
    watched.judge()
    assert watched.problems == []
