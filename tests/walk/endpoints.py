"""Every endpoint: by method who may call it, with which scope, and the page that shows or does the same.

One line an address; a new one needs a line.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.walk.addresses import ALL, Objects, Refusal, Sent, key_of
from tests.walk.callers import PIPELINE

EVERY = ALL | {PIPELINE}
NO_TOKEN = Refusal(401, "")
NO_SCOPE = Refusal(403, "it lacks the scope “{scope}”")
NO_RIGHT = Refusal(403, "The account of this token does not have the right this needs.")


@dataclass(frozen=True)
class Due:
    """What one method is due: whom it answers, what is sent to it; `page` is the one of the same thing.

    `scope` names one, or several of which any will do. Who has no right is told `refusal`, and some
    who have it are refused something else: `but`.
    """

    who: frozenset[str]
    scope: str = "read"
    page: str = ""
    answers: int = 200
    sent: Sent = lambda world: {}
    refusal: Refusal = NO_RIGHT
    but: Mapping[str, Refusal] = field(default_factory=dict)


@dataclass(frozen=True)
class Line:
    """What is expected at one address; `objects` is for its path."""

    objects: Objects
    methods: Mapping[str, Due]


def both(get: Due, post: Due, objects: Objects = lambda world: ()) -> Line:
    """An endpoint to read, and to send to."""
    return Line(objects, {"get": get, "post": post})


def reads(
    who: frozenset[str], page: str = "", objects: Objects = lambda world: (), **more: Any
) -> Line:
    """An endpoint to read by GET."""
    return Line(objects, {"get": Due(who, page=page, **more)})


def asks(
    who: frozenset[str], page: str = "", objects: Objects = lambda world: (), **more: Any
) -> Line:
    """An endpoint that a body is sent to."""
    return Line(objects, {"post": Due(who, page=page, **more)})


ENDPOINTS: dict[str, Line] = {
    "api-schema": reads(EVERY),
    # errors
    "api:error-list": reads(EVERY, "governance:error-list"),
    "api:error-search": asks(EVERY, "governance:error-list"),
    "api:error-facets": reads(EVERY, "governance:error-list"),
    "api:error-detail": reads(EVERY, "governance:error-detail", key_of("error")),
    "api:archive-list": reads(EVERY, "governance:archive-list"),
    "api:archive-search": asks(EVERY, "governance:archive-list"),
    "api:archive-facets": reads(EVERY, "governance:archive-list"),
    "api:archive-detail": reads(EVERY, "governance:archive-detail", key_of("archived")),
}
