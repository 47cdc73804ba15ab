"""A walk over every address of the console, for everybody, by every method."""

import copy
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.urls.converters import IntConverter, UUIDConverter

from tests.walk import ADDRESSES, NOBODY, ROLES, Address, World

STRANGER = "stranger"
SIGN_IN = "/sign-in/?next="
METHODS = ("get", "post", "put", "delete")
OPEN_TO_ADMINS = ("/reference/", "/reference/auth/user/", "/reference/auth/user/add/")
NO_RIGHT, NOT_THERE, NO_SUCH_METHOD = 403, 404, 405
ABSENT = {IntConverter: 2_000_000_000, UUIDConverter: UUID(int=7)}

pytestmark = pytest.mark.django_db


def patterns(resolver: URLResolver, namespace: str = "") -> Iterator[tuple[str, URLPattern]]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            yield from patterns(
                entry, f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            )
        else:
            yield f"{namespace}{entry.name}", entry


ALL_PATTERNS = dict(patterns(get_resolver()))
FOUND = {name: pattern for name, pattern in ALL_PATTERNS.items() if not name.startswith("admin:")}
REFERENCE = {name: pattern for name, pattern in ALL_PATTERNS.items() if name.startswith("admin:")}
EXPECTED = [name for name in FOUND if name in ADDRESSES]
WITH_OBJECTS = [name for name in EXPECTED if FOUND[name].pattern.converters]
SENT_TO = [name for name in EXPECTED if ADDRESSES[name].post]


class Walk:
    """Everybody at the door, signed in once, and what they ask for."""

    def __init__(self) -> None:
        self.world = World()
        self.clients = {STRANGER: Client(raise_request_exception=False)}

    def ask(self, who: str, method: str, path: str, address: Address) -> Any:
        """Send one request and take back whatever it did."""
        if who not in self.clients:
            self.clients[who] = Client(raise_request_exception=False)
            self.clients[who].force_login(self.world.people[who])
        client = self.clients[who]
        cookies = copy.deepcopy(client.cookies)
        path = f"{path}?{address.query}" if address.query else path
        sent = [address.sent] if method == "post" else []
        point = transaction.savepoint()
        try:
            return getattr(client, method)(path, *sent)
        finally:
            transaction.savepoint_rollback(point)
            client.cookies = cookies


@pytest.fixture
def walk() -> Walk:
    return Walk()


def is_right(answer: Any, who: str, method: str, address: Address) -> bool:
    """Say whether somebody got what is due to him."""
    status = answer.status_code
    offered = {"get": address.get, "post": address.post}.get(method, NOBODY)
    if who == STRANGER and not address.open_to_strangers:
        return status == NO_SUCH_METHOD or (
            status == 302 and answer["Location"].startswith(SIGN_IN)
        )
    if not offered:
        # who may not enter need not learn which methods there are
        return status in (NO_SUCH_METHOD, *address.also) or (
            status == NO_RIGHT and who not in address.get | address.post
        )
    if who in offered or who == STRANGER:
        return status in address.also or (
            status < 500 and status not in (NO_RIGHT, NOT_THERE, NO_SUCH_METHOD)
        )
    return status == NO_RIGHT


def test_every_address_has_a_line_in_the_table():
    assert set(FOUND) == set(ADDRESSES), (
        "each has its line in tests/walk.py, and no line is left over"
    )


def test_every_address_has_a_name_of_its_own():
    names = [name for name, _ in patterns(get_resolver())]

    assert "None" not in {
        name.rpartition(":")[2] for name in names if not name.startswith("admin:")
    }
    assert len(set(FOUND)) == len([name for name in names if not name.startswith("admin:")])


@pytest.mark.parametrize("name", EXPECTED)
def test_each_role_gets_what_it_may_and_nothing_else(name, walk):
    address = ADDRESSES[name]
    path = reverse(name, args=address.objects(walk.world))

    answers = {
        (who, method): walk.ask(who, method, path, address)
        for who in (STRANGER, *ROLES)
        for method in METHODS
    }

    wrong = {
        (who, method): answer.status_code
        for (who, method), answer in answers.items()
        if not is_right(answer, who, method, address)
    }
    assert wrong == {}, path


def test_what_is_not_there_is_not_found(walk):
    found = {}
    for name in WITH_OBJECTS:
        address = ADDRESSES[name]
        path = reverse(
            name,
            args=[
                ABSENT.get(type(converter), "no-such")
                for converter in FOUND[name].pattern.converters.values()
            ],
        )
        who = next(role for role in reversed(ROLES) if role in (address.get or address.post))
        found[path] = walk.ask(who, "get" if address.get else "post", path, address).status_code

    assert {path: status for path, status in found.items() if status != NOT_THERE} == {}


@pytest.mark.parametrize("name", SENT_TO)
def test_a_form_without_its_token_is_refused(name, walk):
    address = ADDRESSES[name]
    client = Client(enforce_csrf_checks=True)
    client.force_login(walk.world.people[next(role for role in ROLES if role in address.post)])

    answer = client.post(reverse(name, args=address.objects(walk.world)), address.sent)

    assert answer.status_code == NO_RIGHT
    assert "protection token" in answer.content.decode()


def test_reference_data_are_for_admins(walk):
    special = {"admin:None": "/reference/no/such/page/", "admin:app_list": "/reference/governance/"}
    answers = {}
    for name, pattern in REFERENCE.items():
        values = ["1"] * max(len(pattern.pattern.converters), pattern.pattern.regex.groups)
        path = special.get(name) or reverse(name, args=values)
        answers |= {
            (who, method, path): walk.ask(who, method, path, Address())
            for who in (STRANGER, "manager", "admin")
            for method in ("get", "post")
        }

    statuses = {key: answer.status_code for key, answer in answers.items()}
    assert {key: status for key, status in statuses.items() if status >= 500} == {}
    assert {
        status
        for (who, method, path), status in statuses.items()
        if who == "admin" and path in OPEN_TO_ADMINS
    } == {200}
    assert {
        key: status
        for key, status in statuses.items()
        if key[0] != "admin" and status not in (302, 403)
    } == {}
