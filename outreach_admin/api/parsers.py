"""What is read of a body: JSON as RFC 8259 has it, no larger than stated, nothing that no column can hold."""

import json
import math
import re
from typing import Any, NoReturn

from django.conf import settings
from rest_framework.parsers import BaseParser
from rest_framework.request import Request

from outreach_admin.exceptions import BadRequest, Refused

# how NUL and halves of surrogate pairs are written
SUSPECT = re.compile(rb"\\u(?:0000|[dD][89a-fA-F])")
MOST_DIGITS = 18
# deeper ones could be kept, and then not be read again everywhere
DEEPEST = 100
TOO_DEEP = f"The body is nested too deeply: more than {DEEPEST} levels."
IMPOSSIBLE = re.compile("[\0\ud800-\udfff]")


class TooLarge(Refused):
    """The body is larger than stated."""

    status = 413


def body_of(request: Request, largest: int | None = None) -> bytes:
    """Read the body once, of up to so many bytes where fewer are taken than elsewhere. Raises TooLarge before it is read where its length says so, Refused (411) where nothing says its length."""
    given = request._request
    if not hasattr(given, "_body"):
        given._body = _read(given, largest)
    body: bytes = given._body
    return body


class JsonParser(BaseParser):
    """Reads a body of JSON."""

    media_type = "application/json"

    def parse(
        self,
        stream: Any,
        media_type: str | None = None,
        parser_context: Any = None,
    ) -> Any:
        """Return what the body says; refuse (400) what is no JSON or holds what no text can."""
        body = body_of(parser_context["request"])
        try:
            said = json.loads(
                body.decode(),
                object_pairs_hook=_object,
                parse_constant=_constant,
                parse_float=_finite,
            )
            if SUSPECT.search(body):
                _refuse_impossible(said, "")
        except UnicodeDecodeError as reason:
            raise BadRequest("The body is not UTF-8.") from reason
        except RecursionError as reason:
            raise BadRequest(TOO_DEEP) from reason
        except ValueError as reason:
            raise BadRequest(f"The body is not JSON: {reason}.") from reason
        _refuse_depth(said)
        return said


def _read(request: Any, largest: int | None) -> bytes:
    limit = min(largest or settings.API_BODY_LIMIT, settings.API_BODY_LIMIT)
    if request.headers.get("Transfer-Encoding"):
        raise Refused("The body comes without its length.", status=411)
    length = _stated_length(request)
    if length > limit:
        raise TooLarge(
            f"The body has {length:,} bytes; at most {limit:,} are taken.",
            what_to_do="Send it in parts.",
        )
    body: bytes = request.read(length)
    if len(body) < length:
        raise BadRequest("The body ended before its stated length.")
    return body


def _stated_length(request: Any) -> int:
    """Read the length of the body; 0 where it is no number."""
    given = request.META.get("CONTENT_LENGTH") or "0"
    is_number = given.isascii() and given.isdigit()
    # no body has a length of so many digits, and reading them takes long
    return int(given[:MOST_DIGITS]) if is_number else 0


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name stands twice in one object")
    return found


def _constant(text: str) -> NoReturn:
    raise ValueError(f"{text} is no number")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"{text[:20]} is too large a number")
    return number


def _refuse_depth(said: Any) -> None:
    """Go down level by level: a call for each would itself be too deep."""
    level = [said]
    for _ in range(DEEPEST):
        level = [inner for outer in level for inner in _inside(outer)]
        if not level:
            return
    raise BadRequest(TOO_DEEP)


def _inside(outer: Any) -> list[Any]:
    """List the objects and lists in an object or list."""
    values = outer.values() if isinstance(outer, dict) else outer
    found = values if isinstance(outer, dict | list) else ()
    return [inner for inner in found if isinstance(inner, dict | list)]


def _refuse_impossible(said: Any, place: str) -> None:
    """Name where a character stands that no text can hold."""
    if isinstance(said, dict):
        for name, inner in said.items():
            _refuse_impossible(name, place)
            _refuse_impossible(inner, f"{place}.{name}".strip("."))
    elif isinstance(said, list):
        for number, inner in enumerate(said):
            _refuse_impossible(inner, f"{place}.{number}".strip("."))
    elif isinstance(said, str) and IMPOSSIBLE.search(said):
        raise BadRequest(
            f"“{place or 'body'}” holds a character that no text can hold.",
            key=place or "body",
        )
