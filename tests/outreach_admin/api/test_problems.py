"""Refusals and failures as problem details: which status, which members, which headers."""

import pytest
from django.test import Client

from outreach_admin.api.problems import TYPE
from tests.browser import serving
from tests.outreach_admin.api import probes
from tests.outreach_admin.test_faults import NOWHERE, get

RAISING = "/api/probe/raising/{}/"


def refused(caller, end: str):
    return caller.get(RAISING.format(end))


@pytest.mark.parametrize(
    ("end", "status", "members"),
    [
        ("refused", 409, {"detail": "No.", "what_to_do": "Ask.", "title": "Conflict"}),
        ("bad", 400, {"detail": "What?", "key": "colour", "offered": ["a", "b"]}),
        ("invalid", 422, {"errors": [{"field": "rows.1.code", "problem": "Not known."}]}),
        ("missing", 404, {"detail": "There is nothing at this address."}),
        ("denied", 403, {"detail": "Not you."}),
        ("throttled", 429, {"status": 429}),
        ("unsigned", 401, {"detail": "Who?"}),
        ("crossed", 503, {"what_to_do": "Send it again in 10 seconds."}),
        ("broken", 500, {"title": "Internal Server Error"}),
    ],
)
def test_whatever_is_raised_is_a_problem(triager, end, status, members):
    answer = refused(triager, end)

    assert (answer.status_code, answer["Content-Type"]) == (status, TYPE)
    said = answer.json()
    assert said | members == said
    assert said["type"] == "about:blank" and said["request_id"] == answer["X-Request-ID"]


def test_a_broken_endpoint_tells_nothing_of_the_code(triager):
    answer = refused(triager, "broken")

    assert b"secret" not in answer.content and b"Traceback" not in answer.content
    assert answer["X-Request-ID"] in answer.json()["request_id"]


def test_who_sends_no_token_is_told_how(probed, db):
    answer = Client().get("/api/errors/")

    assert (answer.status_code, answer["WWW-Authenticate"]) == (401, "Bearer")
    assert "a token of /tokens/" in answer.json()["what_to_do"]


@pytest.mark.parametrize(
    ("status", "path", "given", "words"),
    [
        (405, "/api/approvals/", {}, "“Allow” beside this answer"),
        (415, "/api/errors/search/", {"content_type": "text/plain"}, "application/json"),
        (406, "/api/errors/search/", {"Accept": "text/html"}, "application/json"),
    ],
)
def test_what_a_first_call_does_wrong_has_a_way_out(triager, status, path, given, words):
    answer = triager.post(path, {}, **given)

    assert answer.status_code == status
    assert words in answer.json()["what_to_do"]


def test_another_method_is_told_which_there_are(triager):
    answer = triager.client.delete("/api/errors/search/", headers=triager.headers({}))

    assert (answer.status_code, answer["Allow"]) == (405, "POST, OPTIONS")


def test_who_takes_no_json_is_told_so(triager):
    answer = triager.get("/api/errors/", Accept="text/html")

    assert (answer.status_code, answer["Content-Type"]) == (406, TYPE)


def test_who_calls_too_often_is_told_when_to_come_back(triager, settings, redis_server):
    settings.API_REQUESTS_A_MINUTE = 1
    triager.get("/api/errors/")

    answer = triager.get("/api/errors/")

    assert answer.status_code == 429
    assert 1 <= int(answer["Retry-After"]) <= 60


def test_a_host_that_is_not_ours_is_a_problem_too(triager):
    answer = triager.client.get("/api/errors/", headers=triager.headers({"Host": "evil.example"}))

    assert (answer.status_code, answer["Content-Type"]) == (400, TYPE)


def test_what_is_not_there_is_a_problem_for_anybody_by_any_method(client):
    for method in ("get", "post", "put", "delete", "options"):
        answer = getattr(client, method)("/api/no/such/thing")
        assert (answer.status_code, answer["Content-Type"]) == (404, TYPE)


def test_a_lost_database_says_when_to_try_again(django_db_setup):
    with serving({"DATABASE_URL": NOWHERE}) as site:
        for path in ("/api/schema/", "/api/docs/", "/api/errors/"):
            status, headers, said = get(site + path)
            expected = 401 if path == "/api/errors/" else 503
            assert (path, status) == (path, expected)
            assert expected == 401 or headers["Retry-After"] == "10"
            assert headers["Content-Type"] == TYPE and "Traceback" not in said


def test_probes_are_not_served_elsewhere(client):
    assert client.get(RAISING.format("broken")).status_code == 404
    assert probes.urlpatterns
