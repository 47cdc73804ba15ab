"""Tables of TOML: what stands at a path, and what is said of another shape."""

import pytest

from governance.canon.checks.dependencies import tables
from governance.canon.checks.dependencies.met import Unclear


def said(table, *path, read=tables.listed):
    return [one[0] for one in tables.walk(table, path, read)]


def test_what_is_not_there_says_nothing():
    assert said({"a": {}}, "a", "b") == said({}, "a", "*", "b") == []


def test_whatever_key_is_followed():
    table = {"a": {"x": {"b": ["httpx"]}, "y": {"b": ["idna"]}, "z": {}, "w": 5}}

    assert said(table, "a", "*", "b") == ["httpx", "idna", "has no table as a.w"]


@pytest.mark.parametrize(
    ("read", "value", "words"),
    [
        (tables.listed, "httpx", "has no list of requirements as a"),
        (tables.listed, [None], "has in a what is no requirement"),
        (tables.keyed, ["httpx"], "has no table of packages as a"),
        (tables.filed, {"b": 1}, "names no files as a"),
        (tables.dynamic, {"attr": "b"}, "names no files as a"),
        (tables.dynamic, {"file": 5}, "names no files as a"),
    ],
)
def test_another_shape_is_said(read, value, words):
    assert said({"a": value}, "a", read=read) == [words]


@pytest.mark.parametrize("text", ["[", "a = " + "[" * 9_000])
def test_what_is_no_toml_is_unclear(text):
    with pytest.raises(Unclear, match="is not TOML"):
        tables.toml(text)
