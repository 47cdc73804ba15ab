"""A walk over every endpoint, for everybody, with a token of every scope, by every method."""

import pytest
from django.urls import get_resolver, reverse

from tests.test_walk import under_api
from tests.walk.callers import EVERYBODY, METHODS, PIPELINE, Call, Callers
from tests.walk.endpoints import NO_SCOPE, NO_TOKEN, Due, Line
from tests.walk.every import ADDRESSES, ENDPOINTS
from tests.walk.visits import STRANGER

READ = "read"
PROBLEM = "application/problem+json"
FOUND = under_api(get_resolver())
NAMED = {name: route for route, name, _ in FOUND if name}
CLASSES = {route: endpoint for route, _, endpoint in FOUND}
EXPECTED = [name for name in NAMED if name in ENDPOINTS]
PAGES = [
    (name, method)
    for name, line in ENDPOINTS.items()
    for method, due in line.methods.items()
    if due.page
]

# who tries what is not offered, and HEAD: where anybody could, the manager could with one of all scopes
UNMET = (STRANGER, "manager")

pytestmark = pytest.mark.django_db


@pytest.fixture
def callers() -> Callers:
    return Callers()


def wrong_with(call: Call, line: Line) -> str:
    """Say what somebody was due and did not get, or got and was not due; empty when all is well."""
    if call.status >= 500:
        return f"was answered {call.status}"
    if call.who == STRANGER:
        return wrong_with_refusal(call, NO_TOKEN.status, NO_TOKEN.sentence)
    method = "get" if call.method == "head" else call.method
    if due := line.methods.get(method):
        return wrong_with_offered(call, due)
    return wrong_with_other_method(call, line)


def wrong_with_offered(call: Call, due: Due) -> str:
    scopes = due.scope.split()
    if "read" not in scopes and call.scope not in scopes:
        return wrong_with_refusal(call, NO_SCOPE.status, NO_SCOPE.sentence.format(scope=scopes[0]))
    refusal = due.but.get(call.who) or (None if call.who in due.who else due.refusal)
    if refusal:
        return wrong_with_refusal(call, refusal.status, refusal.sentence)
    if call.status != due.answers:
        return f"was answered {call.status} {call.said}, not {due.answers}"
    return f"changed {sorted(call.changed)}" if call.changed and call.method != "post" else ""


def wrong_with_other_method(call: Call, line: Line) -> str:
    """Who may not enter need not learn which methods there are."""
    if call.method == "options" and call.status == 200:
        return ""
    if call.status == 405:
        allowed = {name.strip().lower() for name in call.answer["Allow"].split(",")}
        offered = {*line.methods, "options"} | ({"head"} if "get" in line.methods else set())
        return "" if allowed == offered else f"offers {allowed}, not {offered}"
    return wrong_with_refusal(call, 403, "")


def wrong_with_refusal(call: Call, status: int, sentence: str) -> str:
    if call.changed:
        return f"may not, and changed {sorted(call.changed)}"
    if call.status != status or call.answer["Content-Type"] != PROBLEM:
        return f"was answered {call.status} {call.said}, not {status}"
    if status == 401 and call.answer["WWW-Authenticate"] != "Bearer":
        return "is not told how to send a token"
    said = sentence.format(**call.people)
    is_told = call.method == "head" or said in call.said["detail"]
    return "" if is_told else f"is told {call.said['detail']}, not {sentence}"


def test_every_endpoint_has_a_line_in_the_table():
    assert set(NAMED) == set(ENDPOINTS), (
        "each has its line in tests/walk/endpoints.py, and no line is left over"
    )


def test_every_endpoint_has_its_address_with_and_without_the_slash():
    with_slash = {route for route in CLASSES if route.endswith("/")}

    assert {route.rstrip("/") for route in with_slash} == set(CLASSES) - with_slash
    for route in with_slash:
        assert CLASSES[route] is CLASSES[route.rstrip("/")]


def is_told_by_no_other(who: str, scope: str, due: Due | None) -> bool:
    """Whether a call says something of its own: everybody with a scope that is due, who may most with every scope."""
    if due is None:
        return who == STRANGER or (who, scope) == (UNMET[-1], READ)
    return who in UNMET or scope in due.scope.split()


@pytest.mark.parametrize(
    "is_whole", [False, pytest.param(True, marks=pytest.mark.soak)], ids=["short", "whole"]
)
@pytest.mark.parametrize("name", EXPECTED)
def test_each_token_gets_what_it_may_and_nothing_else(name, is_whole, callers):
    line = ENDPOINTS[name]
    path = reverse(name, args=line.objects(callers.world))
    sent = {method: due.sent(callers.world) for method, due in line.methods.items()}

    calls = [
        callers.call(who, scope, method, path, sent.get(method))
        for method in METHODS
        for who, scope in EVERYBODY
        if (is_whole and (method in line.methods or who in UNMET))
        or is_told_by_no_other(who, scope, line.methods.get(method))
    ]

    found = {(call.who, call.scope, call.method): wrong_with(call, line) for call in calls}
    assert {key: wrong for key, wrong in found.items() if wrong} == {}, path


@pytest.mark.parametrize(("name", "method"), PAGES)
def test_an_endpoint_is_open_to_whom_its_page_is(name, method):
    due = ENDPOINTS[name].methods[method]
    page = ADDRESSES[due.page]

    people = due.who - {PIPELINE}
    # some read by a body what a page reads by its address
    assert people in ([page.get] if method == "get" else [page.get, page.post])
