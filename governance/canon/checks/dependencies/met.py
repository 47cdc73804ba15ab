"""What is met in a manifest: packages that it requires, files in which it goes on, and what of it cannot be read."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from governance.canon.checks.dependencies.names import (
    is_sound,
    named,
    shown,
)

# a pattern by which it is found again in the text, since most parsers keep no lines; or line and column
Place = str | tuple[int, int]
START = 1, 1


class Required(NamedTuple):
    """A package."""

    name: str
    place: Place


class Further(NamedTuple):
    """A file of requirements, by its path from the manifest."""

    file: str
    place: Place


class Unread(NamedTuple):
    """Something of which nothing is claimed, in words that follow the name of the file."""

    reason: str
    place: Place = START


Met = Iterator[Required | Further | Unread]


class Unclear(ValueError):  # noqa: N818 - it becomes a finding
    """It is not written as its kind of file is."""


def requirement(
    text: str,
    place: Place,
) -> Met:
    """Read one requirement; a package is told too where the rest cannot be read."""
    if found := named(text):
        yield Required(found[0], place)
    if not is_sound(text):
        yield Unread(f"has a requirement that cannot be read: “{shown(text)}”", place)


def quoted(text: str) -> str:
    """Return the pattern of a requirement as it stands in quotes."""
    found = named(text)
    name = found[0] if found else text
    begin, _, end = text.partition(name)
    return rf"""["']{re.escape(begin)}(?P<name>{re.escape(name)}){re.escape(end)}["']"""


def key(name: str) -> str:
    """Return the pattern of a package that is a key."""
    return rf"""^\s*["']?(?P<name>{re.escape(name)})["']?\s*[=.:]|\.["']?(?P<other>{re.escape(name)})["']?\]"""
