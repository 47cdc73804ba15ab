"""Pages offer nobody what that person may not use: every link and form of every page, as everybody."""

from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import Resolver404, resolve, reverse

from tests.walk.every import ADDRESSES
from tests.walk.world import ROLES, World

pytestmark = pytest.mark.django_db
# what a role may open is told by the walk's table; these stages have no line of their own
STAGES = ("running", "paused", "ended", "gated")


class Offers(HTMLParser):
    """Where the links of a page lead, and where its forms are sent."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: set[tuple[str, str]] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        for name in ("href", "hx-get"):
            self._add("get", given.get(name))
        if tag == "form":
            self._add((given.get("method") or "get").lower(), given.get("action"))
        self._add("post", given.get("formaction"))

    def _add(self, method: str, address: str | None) -> None:
        if address and address.startswith("/"):
            self.found.add((method, address))


def is_page(answer: HttpResponse) -> bool:
    return answer.status_code == 200 and answer.headers["Content-Type"].startswith("text/html")


def forbidden(text: str, role: str) -> list[str]:
    """The links and forms of a page that lead this role to a refusal."""
    found = []
    for method, address in sorted(Offers(text).found):
        try:
            name = resolve(urlsplit(address).path).view_name
        except Resolver404:
            continue
        entry = ADDRESSES.get(name)
        if entry and role not in getattr(entry, method):
            found.append(f"{method} {name}")
    return found


@pytest.mark.parametrize("role", ROLES)
def test_no_page_offers_what_this_person_may_not_use(role):
    world, client = World(), Client()
    client.force_login(world.people[role])
    paths = [
        reverse(name, args=entry.objects(world)) + (f"?{entry.query}" if entry.query else "")
        for name, entry in ADDRESSES.items()
        if role in entry.get and not name.startswith("log")
    ]
    detail = "governance:operation-detail"
    paths += [reverse(detail, args=[getattr(world, stage).pk]) for stage in STAGES]

    offered = {}
    for path in paths:
        answer = client.get(path)
        if is_page(answer) and (found := forbidden(answer.content.decode(), role)):
            offered[path] = found

    assert offered == {}


def test_looking_on_shows_no_button_for_the_undo_of_what_runs(client):
    world = World()
    path = reverse("governance:operation-detail", args=[world.running.pk])

    client.force_login(world.triager)
    acting = client.get(path).content.decode()
    client.force_login(world.people["viewer"])

    assert "Preview undo" in acting
    assert "Preview undo" not in client.get(path).content.decode()


def test_who_neither_decides_nor_asks_is_shown_what_was_decided(client):
    world = World()
    client.force_login(world.people["viewer"])

    page = client.get(reverse("governance:approval-list"))

    assert [tab.label for tab in page.context["tabs"]] == ["Decided", "Expired"]
    assert "Nothing waits for you" not in page.content.decode()


def test_a_form_that_is_refused_is_noticed():
    form = '<form method="post" action="/operations/1/start/">'

    assert forbidden(form, "viewer") == ["post governance:operation-start"]
    assert forbidden(form, "triager") == []
