"""Place markers: opaque, of one list alone, and refused in words when they are none."""

import base64
import json

import pytest

from outreach_admin.api import cursors
from outreach_admin.api.cursors import LONGEST, Cursor
from outreach_admin.exceptions import BadRequest

OF = "/api/errors|code=X|-created_at"


def packed(said: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(said).encode()).decode()


@pytest.mark.parametrize("direction", ["after", "before"])
def test_what_is_written_is_read_back(direction):
    text = cursors.written("place", direction=direction, of=OF)

    assert cursors.read(text, of=OF) == Cursor(**{direction: "place"})
    assert text.isascii() and "=" not in text and "place" not in text


def test_without_a_place_there_is_no_cursor():
    assert cursors.written(None, direction="after", of=OF) is None
    assert cursors.read(None, of=OF) == Cursor()


def test_one_of_another_list_is_refused():
    text = cursors.written("place", direction="after", of=OF)

    with pytest.raises(BadRequest, match="another filter or order"):
        cursors.read(text, of=OF.replace("X", "Y"))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "é",
        "a b",
        "A" * (LONGEST + 1),
        packed(1),
        packed(["after"]),
        packed(["over", "0", "place"]),
        packed([["after"], "0", "place"]),
        packed(["after", "0", 7]),
        packed({"over": 1, "b": 2, "c": 3}),
        base64.urlsafe_b64encode(b"[" * 2_900).decode(),
        base64.urlsafe_b64encode(b"\xff\xfe").decode(),
    ],
)
def test_what_is_no_cursor_is_refused(text):
    with pytest.raises(BadRequest, match="not a cursor") as refused:
        cursors.read(text, of=OF)

    assert refused.value.members["key"] == "cursor"
