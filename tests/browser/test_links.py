"""Every link leads somewhere: a crawl of the whole console as everybody."""

import re
from collections import Counter, deque
from html.parser import HTMLParser
from urllib.parse import parse_qsl, urldefrag, urljoin, urlsplit

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from tests.walk.every import ADDRESSES
from tests.walk.world import ROLES

KEY = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|\d+")
MOST_PAGES = 120
# addresses that differ only in their keys and values are of a kind
MOST_OF_A_KIND = 1
# Django's own pages
FOREIGN = "/reference/"
# it answers 503 where no worker runs, as in these tests
HEALTH = "/healthz/"


class Links(HTMLParser):
    """What a page links, loads as a part, or points to within itself."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: set[str] = set()
        self.names: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.names.add(given.get("id") or "")
        if tag != "use":
            self.found |= {
                value for name in ("href", "hx-get", "src") if (value := given.get(name))
            }


def kind_of(url: str) -> tuple[str, ...]:
    parts = urlsplit(url)
    return (
        KEY.sub("#", parts.path),
        *sorted({key for key, _ in parse_qsl(parts.query, keep_blank_values=True)}),
    )


def crawl(client: Client, starts: list[str]) -> tuple[list[str], int]:
    """Follow links from the starts; returns what is wrong and how many addresses were read."""
    waiting, kinds, seen, problems = (
        deque((start, "the start") for start in starts),
        Counter(),
        set(starts),
        [],
    )
    read = 0
    while waiting and read < MOST_PAGES:
        url, source = waiting.popleft()
        read += 1
        answer = client.get(url, follow=True)
        if answer.status_code >= 400:
            problems.append(f"{source} links {url}: {answer.status_code}")
        if (
            answer.status_code >= 400
            or answer.streaming
            or not answer.headers["Content-Type"].startswith("text/html")
        ):
            answer.close()
            continue
        links = Links(answer.content.decode())
        for link in sorted(links.found):
            target, place = urldefrag(urljoin(url, link))
            if link.startswith("#") and place not in links.names:
                problems.append(f"{url} points to #{place}, which is not there")
            if (
                urlsplit(target).netloc
                or target in seen
                or target.startswith((FOREIGN, HEALTH, settings.STATIC_URL))
            ):
                continue
            seen.add(target)
            kinds[kind_of(target)] += 1
            if kinds[kind_of(target)] <= MOST_OF_A_KIND:
                waiting.append((target, url))
    return problems, read


# nearly all that the others see is part of what a manager sees
PARTLY = ("viewer", "triager", "analyst", "admin")


@pytest.mark.parametrize(
    "role",
    [pytest.param(role, marks=[pytest.mark.soak] if role in PARTLY else []) for role in ROLES],
)
def test_every_link_leads_somewhere(role, scene):
    client = Client(raise_request_exception=False)
    client.force_login(scene.people[role])
    starts = [reverse("governance:overview")]
    starts += [
        reverse("governance:operation-detail", args=[one.pk]) for one in scene.operations.values()
    ]
    starts += [
        reverse(name, args=entry.objects(scene))
        for name, entry in ADDRESSES.items()
        if role in entry.get and name.endswith("-detail")
    ]

    problems, read = crawl(client, starts)

    assert problems == []
    assert read > 20
