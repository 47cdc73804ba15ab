"""Scopes, rights and keys of every endpoint."""

import pytest
from django.urls import get_resolver

from outreach_admin.api.endpoints import MayCall
from outreach_admin.api.openapi.pages import Schema
from tests import make
from tests.callers import Caller
from tests.outreach_admin.api.probes import made
from tests.test_walk import under_api

MAKING = "/api/probe/making/"
SCOPE, RIGHT = "it lacks the scope “triage”", "does not have the right"


@pytest.mark.parametrize(
    ("person", "scope", "method", "status", "sentence"),
    [
        ("triager", "triage", "post", 201, ""),
        ("triager", "read", "post", 403, SCOPE),
        ("triager", "approve", "post", 403, SCOPE),
        ("viewer", "triage", "post", 403, RIGHT),
        ("viewer", "read", "post", 403, SCOPE),
        ("viewer", "read", "get", 200, ""),
        ("viewer", "read", "head", 200, ""),
        ("viewer", "triage", "get", 200, ""),
        ("user", "triage", "get", 403, RIGHT),
        ("superuser", "triage", "post", 201, ""),
        ("superuser", "read", "post", 403, SCOPE),
        ("viewer", "read", "delete", 403, SCOPE),
        ("triager", "triage", "delete", 405, "not allowed"),
    ],
)
def test_a_call_needs_the_scope_of_its_method_and_the_right(
    probed, db, person, scope, method, status, sentence
):
    caller = Caller(getattr(make, person)(), scope)

    answer = caller.client.generic(
        method.upper(),
        MAKING,
        "{}",
        content_type="application/json",
        headers=caller.headers({}),
    )

    assert answer.status_code == status
    assert not sentence or sentence in answer.json()["detail"]
    assert made() == (status == 201)


def test_a_key_that_nobody_reads_is_refused_with_what_is_offered(triager):
    answer = triager.post(f"{MAKING}?wy=1")

    assert (answer.status_code, made()) == (400, 0)
    assert (answer.json()["key"], answer.json()["offered"]) == ("wy", ["why"])
    assert triager.post(f"{MAKING}?why=1").status_code == 201


@pytest.mark.parametrize("key", ["%00", "%ed%a0%80", "x" * 4_000, "%3Cscript%3E", "%F0%9F%98%80"])
def test_a_hostile_key_is_a_problem_like_any_other(triager, key):
    answer = triager.get(f"{MAKING}?{key}=1")

    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"


def test_what_was_made_has_its_address(triager):
    answer = triager.post(MAKING)

    assert answer["Location"] == f"/api/probe/{answer.json()['id']}/"


def test_every_endpoint_asks_for_scope_and_right():
    found = {endpoint for _, _, endpoint in under_api(get_resolver())}

    assert {one for one in found if MayCall not in one.permission_classes} == {Schema}
