"""Lines of the overview: apps add theirs in `ready()`."""

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest


@dataclass(frozen=True)
class Figure:
    """A number with its words, and the page that lists what it counts; `tone` as of badges."""

    number: str
    words: str
    url: str = ""
    tone: str = ""


@dataclass(frozen=True)
class Line:
    """What an app has to say in one line: where it leads, and its figures."""

    label: str
    url: str
    figures: tuple[Figure, ...]


Said = Callable[[HttpRequest], Line | None]
_lines: list[Said] = []


def register(line: Said) -> None:
    """Add an app's line: some cheap queries, None for who may not see it."""
    if line not in _lines:
        _lines.append(line)


def lines(request: HttpRequest) -> list[Line]:
    """Return what the apps have to say to this person."""
    return [found for line in _lines if (found := line(request))]
