"""A walk over every address of the console, for everybody, by every method."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.urls.converters import IntConverter, UUIDConverter

from tests.walk import ADDRESSES, ALL, ROLES, Address, World

STRANGER = "stranger"
SIGN_IN = "/sign-in/?next="
METHODS = ("get", "post", "put", "delete")
NO_RIGHT, NOT_THERE, NO_SUCH_METHOD = 403, 404, 405
ABSENT = {IntConverter: 2_000_000_000, UUIDConverter: UUID(int=7)}

pytestmark = pytest.mark.django_db


def patterns(resolver: URLResolver, namespace: str = "") -> Iterator[tuple[str, URLPattern]]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            yield from patterns(entry, f"{namespace}{entry.namespace}:" if entry.namespace else namespace)
        else:
            yield f"{namespace}{entry.name}", entry


ALL_PATTERNS = dict(patterns(get_resolver()))
FOUND = {name: pattern for name, pattern in ALL_PATTERNS.items() if not name.startswith("admin:")}
REFERENCE = {name: pattern for name, pattern in ALL_PATTERNS.items() if name.startswith("admin:")}
EXPECTED = [name for name in FOUND if name in ADDRESSES]
WITH_OBJECTS = [name for name in EXPECTED if FOUND[name].pattern.converters]
SENT_TO = [name for name in EXPECTED if ADDRESSES[name].post]


@pytest.fixture
def world() -> World:
    return World()


def ask(world: World, who: str, method: str, path: str, address: Address) -> Any:
    """Send one request and take back whatever it did."""
    client = Client(raise_request_exception=False)
    if who != STRANGER:
        client.force_login(world.people[who])
    if address.query:
        path = f"{path}?{address.query}"
    point = transaction.savepoint()
    try:
        return getattr(client, method)(path, address.sent) if method == "post" else getattr(client, method)(path)
    finally:
        transaction.savepoint_rollback(point)


def problem(answer: Any, who: str, method: str, address: Address) -> str:
    """Say what is wrong with an answer, or nothing."""
    status, allowed = answer.status_code, {"get": address.get, "post": address.post}.get(method, frozenset())
    if who == STRANGER and not address.open_to_strangers:
        right = status == NO_SUCH_METHOD or (status == 302 and answer["Location"].startswith(SIGN_IN))
    elif who == STRANGER or who in allowed:
        right = status < 500 and status not in (NO_RIGHT, NO_SUCH_METHOD, *([] if address.own else [NOT_THERE])) if allowed else status == NO_SUCH_METHOD
    elif allowed:
        right = status == NO_RIGHT
    else:
        right = status in (NO_SUCH_METHOD, NO_RIGHT) if (address.get | address.post) != ALL else status == NO_SUCH_METHOD
    return "" if right else f"{method.upper()} by {who}: {status}"


def test_every_address_has_a_line_in_the_table():
    assert set(FOUND) <= set(ADDRESSES), "add a line for it to tests/walk.py"


def test_every_address_has_a_name_of_its_own():
    names = [name for name, _ in patterns(get_resolver())]

    assert "None" not in {name.rpartition(":")[2] for name in names if not name.startswith("admin:")}
    assert len(set(FOUND)) == len([name for name in names if not name.startswith("admin:")])


@pytest.mark.parametrize("name", EXPECTED)
def test_each_role_gets_what_it_may_and_nothing_else(name, world):
    address = ADDRESSES[name]
    path = reverse(name, args=address.objects(world))

    problems = [problem(ask(world, who, method, path, address), who, method, address) for who in (STRANGER, *ROLES) for method in METHODS]

    assert list(filter(None, problems)) == [], path


@pytest.mark.parametrize("name", WITH_OBJECTS)
def test_what_is_not_there_is_not_found(name, world):
    address = ADDRESSES[name]
    converters = FOUND[name].pattern.converters.values()
    path = reverse(name, args=[ABSENT.get(type(converter), "no-such") for converter in converters])
    method = "get" if address.get else "post"

    answer = ask(world, next(role for role in reversed(ROLES) if role in (address.get or address.post)), method, path, address)

    assert answer.status_code == NOT_THERE


@pytest.mark.parametrize("name", SENT_TO)
def test_a_form_without_its_token_is_refused(name, world):
    address = ADDRESSES[name]
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.people[next(role for role in ROLES if role in address.post)])

    answer = client.post(reverse(name, args=address.objects(world)), address.sent)

    assert answer.status_code == NO_RIGHT
    assert "protection token" in answer.content.decode()


@pytest.mark.parametrize("name", REFERENCE)
def test_reference_data_are_for_admins(name, world):
    converters = REFERENCE[name].pattern.converters.values()
    groups = REFERENCE[name].pattern.regex.groups
    if name == "admin:None":
        path = "/reference/no/such/page/"
    elif name == "admin:app_list":
        path = "/reference/governance/"
    else:
        path = reverse(name, args=["1"] * max(len(list(converters)), groups))

    for who in (STRANGER, *ROLES):
        for method in ("get", "post"):
            answer = ask(world, who, method, path, Address())
            assert answer.status_code < 500, (who, method, path)
            if who != "admin" and name not in ("admin:login", "admin:logout"):
                assert answer.status_code in (302, 403, 404, 405), (who, method, path)
