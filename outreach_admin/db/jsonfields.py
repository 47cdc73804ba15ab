"""JSON that keeps its digits, and that is read whatever a table may hold."""

import json
import re
import secrets
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db import models

# Python neither reads nor writes longer whole numbers as such
LONGEST_INT = 4_000
# digits that PostgreSQL keeps before and after the point
MOST_WHOLE, MOST_BROKEN = 131_072, 16_383
# what walks a value calls itself once a level
DEEPEST = 200
# stands around a number that JSON's writer takes for a text
MARK = secrets.token_hex(8)
MARKED = re.compile(f'"{MARK}([^"]+){MARK}"')


class Unread(str):
    """The text of JSON that lies too deep to be taken apart."""

    __slots__ = ()


def read(text: str, **options: Any) -> Any:
    """Read JSON. Numbers that would lose digits become Decimal, what lies too deep `Unread`; `options` are those of `json.loads`."""
    try:
        found = json.loads(text, parse_int=_whole, parse_float=_broken, **options)
    except RecursionError:
        return Unread(text)
    # fewer brackets cannot lie that deep
    is_suspect = text.count("[") + text.count("{") > DEEPEST
    return Unread(text) if is_suspect and levels(found) > DEEPEST else found


def write(value: Any, **options: Any) -> str:
    """Write JSON with all digits of its decimals; `options` are those of `json.dumps`."""
    text = json.dumps(value, default=_marked, **options)
    return MARKED.sub(r"\1", text) if MARK in text else text


def shown(value: Any) -> str:
    """Write JSON for people: a text as it is, the rest in lines."""
    return str(value) if isinstance(value, str) else write(value, indent=2, ensure_ascii=False)


def fields(value: Any) -> Mapping[str, Any]:
    """Return the fields of an object, none of anything else."""
    return value if isinstance(value, dict) else {}


def levels(value: Any) -> int:
    """Count how many objects and lists lie in each other at most."""
    level, count = [value], 0
    while held := [one for one in level if isinstance(one, dict | list)]:
        count += 1
        level = [
            inner for one in held for inner in (one.values() if isinstance(one, dict) else one)
        ]
    return count


def _whole(text: str) -> int | Decimal:
    return int(text) if len(text) <= LONGEST_INT else Decimal(text)


def _broken(text: str) -> float | Decimal:
    short = float(text)
    return short if repr(short) == text else Decimal(text)


def _marked(value: Any) -> str:
    if isinstance(value, Decimal) and value.is_finite():
        # written out as PostgreSQL does, where that has an end
        digits = f"{value:f}" if is_kept(value) else str(value)
        return f"{MARK}{digits}{MARK}"
    raise TypeError(f"{type(value).__name__} is nothing that JSON can hold")


def is_kept(number: Decimal) -> bool:
    """Say whether PostgreSQL has room for its digits before and after the point."""
    _, _, exponent = number.as_tuple()
    return number.adjusted() < MOST_WHOLE and -int(exponent) < MOST_BROKEN


class Writer(json.JSONEncoder):
    """Writes for Django, which names a class."""

    def encode(self, o: Any) -> str:
        """Write with all digits."""
        return write(o)


class JSONField(models.JSONField):
    """Django's, with digits kept and nothing that it cannot read; to migrations it is Django's own."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs, encoder=Writer)

    def deconstruct(self) -> Any:
        """Leave out what the database does not know."""
        name, _, args, kwargs = super().deconstruct()
        del kwargs["encoder"]
        return name, "django.db.models.JSONField", args, kwargs

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        """Read what stands there."""
        return read(value) if isinstance(value, str) else value
