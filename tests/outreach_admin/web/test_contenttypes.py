"""A content type that cannot be read breaks nothing: pages answer as ever, endpoints that they take JSON."""

import http.client
import json
from urllib.parse import urlsplit

import pytest

from outreach_admin.web import contenttypes
from outreach_admin.web.contenttypes import UNKNOWN
from tests import make
from tests.browser import serving

READ = [
    "",
    "application/json",
    'application/json; charset="UTF-8"',
    "application/json; charset=us-ascii",
    "application/json; charset=",
    "multipart/form-data; boundary=x",
    "text/plain; a*=utf-8''%41",
    "nonsense",
]
UNREAD = [
    "application/json; a*=nope''%41",
    "application/json; a*=undefined''%ff",
    "multipart/form-data; boundary*=idna''%ff",
    "application/json; charset=undefined",
    "application/json; charset=hex",
    "application/json; charset=utf-16",
    "application/json; charset=nope",
]


@pytest.mark.parametrize("stated", READ)
def test_what_can_be_read_stays(stated):
    assert contenttypes.readable(stated) == stated


@pytest.mark.parametrize("stated", UNREAD)
def test_what_cannot_is_unknown_bytes(stated):
    assert contenttypes.readable(stated) == UNKNOWN


def test_an_application_is_given_what_can_be_read_and_nothing_where_nothing_is_stated():
    given = []

    def application(environ, start_response):
        given.append(environ.get("CONTENT_TYPE"))
        return []

    for environ in ({}, {"CONTENT_TYPE": READ[1]}, {"CONTENT_TYPE": UNREAD[0]}):
        contenttypes.reading(application)(environ, None)

    assert given == [None, READ[1], UNKNOWN]


def answers(address: str, secret: str, stated: str) -> list[int]:
    """Return what a served console answers on a page, a list and a search."""
    found = []
    for method, path in (("GET", "/sign-in/?x=%ff"), ("GET", "/api/errors/?size=1&sort=%ff")):
        found.append(sent(address, method, path, secret, stated))
    return [*found, sent(address, "POST", "/api/errors/search/", secret, stated)]


def sent(address: str, method: str, path: str, secret: str, stated: str) -> int:
    wire = http.client.HTTPConnection(urlsplit(address).netloc, timeout=30)
    headers = {"Authorization": f"Bearer {secret}", "Content-Type": stated}
    wire.request(method, path, body=json.dumps({}), headers=headers)
    status = wire.getresponse().status
    wire.close()
    return status


def test_a_served_console_answers_whatever_is_stated(committed_db, redis_server):
    secret = make.token()[1]

    with serving() as address:
        found = {stated: answers(address, secret, stated) for stated in UNREAD}

    assert found == {stated: [200, 400, 415] for stated in UNREAD}
