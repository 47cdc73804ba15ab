"""A walk over every address of the console, for everybody, by every method."""

from collections.abc import Iterator
from uuid import UUID

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.urls.converters import IntConverter, UUIDConverter

from governance.urls.companies import AnyUuid
from outreach_admin.api.endpoints import Endpoint, NoSuchEndpoint
from tests.walk.every import ADDRESSES
from tests.walk.expected import (
    NO_SUCH_METHOD,
    NOBODY,
    Address,
    Refusal,
)
from tests.walk.visits import STRANGER, Visit, Walk, traces
from tests.walk.world import ROLES

OFFERED = ("get", "post")
METHODS = (*OFFERED, "put", "delete")
# who tries what no page offers
UNMET = (STRANGER, "manager", "admin")
OPEN_TO_ADMINS = ("/reference/", "/reference/auth/user/", "/reference/auth/user/add/")
NOT_THERE = 404
NO_TOKEN = Refusal(403, "The form was sent without a valid protection token.")
ABSENT = {
    IntConverter: 2_000_000_000,
    UUIDConverter: UUID(int=7),
    AnyUuid: UUID(int=7),
}

pytestmark = pytest.mark.django_db


def routes(
    resolver: URLResolver, before: str = "", namespace: str = ""
) -> Iterator[tuple[str, str, URLPattern]]:
    """Give every address: its route, its name, its pattern."""
    for entry in resolver.url_patterns:
        route = f"{before}{entry.pattern}"
        if isinstance(entry, URLResolver):
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from routes(entry, route, inner)
        else:
            yield route, f"{namespace}{entry.name}", entry


def is_endpoint(pattern: URLPattern) -> bool:
    return issubclass(getattr(pattern.callback, "cls", object), Endpoint)


def patterns(resolver: URLResolver) -> Iterator[tuple[str, URLPattern]]:
    """Give every page; endpoints have a walk of their own."""
    for _, name, pattern in routes(resolver):
        if not is_endpoint(pattern):
            yield name, pattern


def under_api(resolver: URLResolver) -> list[tuple[str, str, type[Endpoint]]]:
    """Give route, name and class of every endpoint; of two addresses for one, the second has no name."""
    return [
        (route, name if pattern.name else "", pattern.callback.cls)
        for route, name, pattern in routes(resolver)
        if is_endpoint(pattern) and pattern.callback.cls is not NoSuchEndpoint
    ]


ALL_PATTERNS = dict(patterns(get_resolver()))
FOUND = {name: pattern for name, pattern in ALL_PATTERNS.items() if not name.startswith("admin:")}
REFERENCE = {name: pattern for name, pattern in ALL_PATTERNS.items() if name.startswith("admin:")}
EXPECTED = [name for name in FOUND if name in ADDRESSES]
WITH_OBJECTS = [name for name in EXPECTED if FOUND[name].pattern.converters]
SENT_TO = [name for name in EXPECTED if ADDRESSES[name].post]


@pytest.fixture(autouse=True)
def quick_passwords(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def walk() -> Walk:
    return Walk()


def wrong_with(visit: Visit, method: str, address: Address) -> str:
    """Say what somebody was due and did not get, or got and was not due; empty when all is well."""
    offered = {"get": address.get, "post": address.post}.get(method, NOBODY)
    if visit.who in offered and visit.who not in address.but:
        return wrong_with_permitted(visit, method, address)
    if visit.came_of_it or visit.changed:
        return f"may not, and changed {sorted(visit.changed)}"
    refusals = [address.refusal_of(visit.who)]
    if not offered:
        # who may not enter need not learn which methods there are
        enters = visit.who in address.get | address.post
        refusals = [NO_SUCH_METHOD] if enters else [NO_SUCH_METHOD, *refusals]
    if any(refusal.is_met(visit) for refusal in refusals):
        return ""
    return f"was answered {visit.status}, not {refusals}"


def wrong_with_permitted(visit: Visit, method: str, address: Address) -> str:
    due = address.shows if method == "get" else address.answers
    if visit.status != due:
        return f"was answered {visit.status}, not {due}"
    if method == "post" and not visit.came_of_it:
        return "sent it, and nothing came of it"
    if visit.changed and (method == "get" or address.keeps_everything):
        return f"changed {sorted(visit.changed)}"
    return kept_where_it_must_not(visit)


def kept_where_it_must_not(visit: Visit) -> str:
    """Whether a browser may keep a page with data."""
    answer = visit.answer
    has_data = visit.status == 200 and isinstance(getattr(answer, "context_data", None), dict)
    is_page = has_data and "as_of" in answer.context_data
    kept = answer.headers.get("Cache-Control", "")
    return f"is kept by browsers: {kept}" if is_page and kept != "private, no-store" else ""


def test_every_address_has_a_line_in_the_table():
    assert set(FOUND) == set(ADDRESSES), (
        "each has its line in tests/walk/addresses.py, and no line is left over"
    )


def test_every_address_that_is_sent_to_says_what_comes_of_it():
    assert [name for name, one in ADDRESSES.items() if one.post and not one.done] == []


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

    visits = {
        (who, method): walk.ask(who, method, path, address)
        for who in (STRANGER, *ROLES)
        for method in METHODS
        if method in OFFERED or who in UNMET
    }

    found = {key: wrong_with(visit, key[1], address) for key, visit in visits.items()}
    assert {key: wrong for key, wrong in found.items() if wrong} == {}, path


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
        found[path] = walk.ask(who, "get" if address.get else "post", path, address).status

    assert {path: status for path, status in found.items() if status != NOT_THERE} == {}


@pytest.mark.parametrize("name", SENT_TO)
def test_a_form_without_its_token_is_refused(name, walk):
    address = ADDRESSES[name]
    client = Client(enforce_csrf_checks=True)
    who = next(role for role in (*ROLES, STRANGER) if role in address.post)
    path = reverse(name, args=address.objects(walk.world))
    visit = Visit(walk.world, who, client)
    if who != STRANGER:
        client.force_login(visit.by)
    sent, before = address.sent(walk.world), traces()

    visit.answer = client.post(path, sent)

    assert NO_TOKEN.is_met(visit)
    assert traces() == before


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

    statuses = {key: answer.status for key, answer in answers.items()}
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
