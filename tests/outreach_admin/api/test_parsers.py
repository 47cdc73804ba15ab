"""Bodies: what is no JSON, or holds what no column can, is refused before anything looks at it."""

import io

import pytest

from outreach_admin.api.parsers import DEEPEST
from tests.outreach_admin.api.probes import made

ECHO, MAKING = "/api/probe/echo/", "/api/probe/making/"
pytestmark = pytest.mark.django_db


class Unread(io.BytesIO):
    """A body that nobody may read."""

    def read(self, *args):
        raise AssertionError("the body was read")


def nested(levels: int) -> bytes:
    return b"[" * levels + b"]" * levels


@pytest.mark.parametrize(
    ("body", "word"),
    [
        (b"", "JSON"),
        (b"{", "JSON"),
        (b"{'a': 1}", "JSON"),
        (b'{"a": 1} x', "JSON"),
        (b'{"a": NaN}', "NaN is no number"),
        (b'{"a": -Infinity}', "-Infinity is no number"),
        (b'{"a": 1e999}', "too large a number"),
        (b'{"a": 1, "a": 2}', "twice"),
        (b'{"a": "\x00"}', "JSON"),
        (b"\xef\xbb\xbf{}", "BOM"),
        (b'{"a": "\xff"}', "UTF-8"),
        (b'{"a": "\xed\xa0\x80"}', "UTF-8"),
        (b"1" * 5_000, "JSON"),
        (nested(DEEPEST + 1), "nested"),
        (nested(100_000), "nested"),
    ],
)
def test_what_is_no_json_is_refused_in_words(triager, body, word):
    answer = triager.post(ECHO, body or b" ")

    assert answer.status_code == 400
    assert word in answer.json()["detail"]


@pytest.mark.parametrize("text", [r"\u0000", r"\ud800", r"\udfff x", r"\udc00\ud800"])
def test_a_character_that_no_text_can_hold_is_refused_by_its_place(triager, text):
    answer = triager.post(ECHO, f'{{"rows": [{{}}, {{"name": "a{text}"}}]}}'.encode())

    assert (answer.status_code, answer.json()["key"]) == (400, "rows.1.name")


def test_a_name_that_no_text_can_hold_is_refused_too(triager):
    assert triager.post(ECHO, rb'{"a\u0000": 1}').status_code == 400


@pytest.mark.parametrize("said", [r'"\ud83d\ude00"', r'"\\u0000"', "[]", "1e308", "null"])
def test_what_only_looks_like_it_passes(triager, said):
    assert triager.post(ECHO, said.encode()).status_code == 200


def test_a_body_as_deep_as_is_taken_passes(triager):
    assert triager.post(ECHO, nested(DEEPEST)).status_code == 200


@pytest.mark.parametrize("kind", ["text/plain", "multipart/form-data; boundary=x", "", "json"])
def test_another_kind_of_body_is_refused(triager, kind):
    answer = triager.post(ECHO, b"{}", content_type=kind)

    assert answer.status_code == 415
    assert answer["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("path", [ECHO, MAKING])
def test_a_body_over_the_limit_is_refused_before_it_is_read(triager, settings, path):
    settings.API_BODY_LIMIT = 100

    answer = triager.client.post(
        path,
        b"",
        content_type="application/json",
        headers=triager.headers({}),
        **{"CONTENT_LENGTH": "101", "wsgi.input": Unread()},
    )

    assert answer.status_code == 413
    assert "101 bytes; at most 100" in answer.json()["detail"]


def test_a_body_of_the_limit_is_taken(triager, settings):
    settings.API_BODY_LIMIT = 100

    assert triager.post(ECHO, b" " * 98 + b"{}").status_code == 200


@pytest.mark.parametrize("path", [ECHO, MAKING, "/api/errors/search/"])
def test_a_body_without_its_length_is_refused(triager, path):
    answer = triager.client.post(
        path,
        b"",
        content_type="application/json",
        headers=triager.headers({"Transfer-Encoding": "chunked"}),
    )

    assert answer.status_code == 411
    assert made() == 0


def test_a_body_that_ends_before_its_stated_length_is_refused(triager):
    answer = triager.client.post(
        ECHO,
        b"{}",
        content_type="application/json",
        headers=triager.headers({}),
        CONTENT_LENGTH="20",
        **{"wsgi.input": io.BytesIO(b"{}")},
    )

    assert answer.status_code == 400
    assert "ended before" in answer.json()["detail"]


@pytest.mark.parametrize("length", ["²", "-1", "ten", "9" * 5_000])
def test_a_length_that_is_none_breaks_nothing(triager, length):
    answer = triager.client.post(
        ECHO,
        b"{}",
        content_type="application/json",
        headers=triager.headers({}),
        CONTENT_LENGTH=length,
    )

    assert answer.status_code in (200, 400, 413)
