"""What callers say: whether a fact is of its kind, in a sentence where it is not. Nothing here raises."""

import math
import zoneinfo
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from functools import cache, lru_cache
from typing import Any
from uuid import UUID

from governance.toolbox.entries import FactKind

# looked up by the system for itself: no caller's word changes it
NEVER_ASKED = "human_approval"
OF_MOMENTS = "_at"
LONGEST_ZONE = 64
MOST_SHOWN = 40
MOST_VALUES = 5_000
# files beside the zones that are none
NO_ZONES = {"Factory", "localtime", "posixrules"}
SIMPLE = (bool, int, str, UUID, date)


def unsound(name: Any, value: Any, kinds: Mapping[str, FactKind]) -> str:
    """Say what is wrong with a fact, whatever tool it is told of; empty where nothing is or it is unknown."""
    if not isinstance(name, str):
        return "has no text as its name"
    if value is None or name == NEVER_ASKED:
        return ""
    kind = kinds.get(name)
    if kind is FactKind.TRUTH:
        return _truth(value)
    if kind is not None:
        return CHECKS[kind](value)
    if name.endswith(OF_MOMENTS):
        return _moment(value)
    return _inside(value)


def _truth(value: Any) -> str:
    is_truth = value is True or value is False
    return "" if is_truth else f"must be true or false, not {shown(value)}"


def _number(value: Any) -> str:
    return "" if is_number(value) else f"must be a number, not {shown(value)}"


def _attempts(value: Any) -> str:
    is_count = is_number(value) and value >= 0 and value == math_floor(value)
    return "" if is_count else f"must be a whole number from 0, not {shown(value)}"


def _zone(value: Any) -> str:
    if not isinstance(value, str):
        return f"must be the name of a time zone, not {shown(value)}"
    return "" if zone(value) else f"is no time zone that is known: {shown(value)}"


def _text(value: Any) -> str:
    return "" if isinstance(value, str) else f"must be a text, not {shown(value)}"


CHECKS = {
    FactKind.NUMBER: _number,
    FactKind.ATTEMPTS: _attempts,
    FactKind.ZONE: _zone,
    FactKind.TEXT: _text,
}


def is_number(value: Any) -> bool:
    """Whether it is a number that ends; true and false are none."""
    if isinstance(value, bool):
        return False
    if isinstance(value, int):
        return True
    if isinstance(value, float):
        return math.isfinite(value)
    return isinstance(value, Decimal) and value.is_finite()


def math_floor(value: Any) -> Any:
    """Leave out what is behind the point; a decimal stays one, however many zeros it stands for."""
    if isinstance(value, Decimal):
        return value.to_integral_value()
    return math.floor(value)


def zone(name: str) -> zoneinfo.ZoneInfo | None:
    """Return the time zone of an IANA name; None where there is none of it."""
    return _zone_of(name) if 0 < len(name) <= LONGEST_ZONE else None


@lru_cache(maxsize=1024)
def _zone_of(name: str) -> zoneinfo.ZoneInfo | None:
    return zoneinfo.ZoneInfo(name) if name in _zones() else None


@cache
def _zones() -> frozenset[str]:
    return frozenset(zoneinfo.available_timezones() - NO_ZONES)


def _moment(value: Any) -> str:
    """Look at what is named as a moment: a text, or one of Python's, with its zone."""
    read = value
    if isinstance(value, str):
        try:
            read = datetime.fromisoformat(value)
        except ValueError:
            return f"is no moment: {shown(value)}"
    if not isinstance(read, datetime):
        return f"must be a moment, not {shown(value)}"
    return "" if read.utcoffset() is not None else f"has no time zone: {shown(value)}"


def _inside(value: Any) -> str:
    """Look at what no tool asks for: nothing that JSON has no form for, however deep it lies."""
    for count, (name, one) in enumerate(_walk(value)):
        if count >= MOST_VALUES:
            return f"holds more than {MOST_VALUES:,} values"
        if said := _held(name, one):
            return said
    return ""


def _held(name: Any, value: Any) -> str:
    if not isinstance(name, str):
        return "holds a name that is no text"
    if value is None or isinstance(value, dict | list | tuple):
        return ""
    if isinstance(value, datetime):
        return _moment(value)
    if is_number(value) or isinstance(value, SIMPLE):
        return ""
    return f"holds {shown(value)}, which is no value of JSON"


def _walk(value: Any) -> Iterator[tuple[Any, Any]]:
    """Give each value with its name, those of lists without one; no level deeper in Python's stack."""
    ahead: list[Iterator[tuple[Any, Any]]] = [iter([("", value)])]
    while ahead:
        found = next(ahead[-1], None)
        if found is None:
            ahead.pop()
            continue
        yield found
        if isinstance(found[1], dict):
            ahead.append(iter(found[1].items()))
        elif isinstance(found[1], list | tuple):
            ahead.append(iter([("", one) for one in found[1]]))


def shown(value: Any) -> str:
    """Write a value for a sentence: short, and nothing in it that cannot be seen."""
    if isinstance(value, str):
        return f"“{clean(value, most=MOST_SHOWN)}”"
    if isinstance(value, bool) or value is None:
        return str(value).lower()
    if isinstance(value, float | Decimal):
        return clean(str(value), most=MOST_SHOWN)
    if isinstance(value, int):
        return str(value) if abs(value) < 10**MOST_SHOWN else "a number too long to write"
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    return next(
        (word for kind, word in KINDS.items() if isinstance(value, kind)),
        "something that JSON has no form for",
    )


KINDS: dict[type, str] = {dict: "an object", list: "a list", tuple: "a list", bytes: "bytes"}


def clean(text: str, *, most: int) -> str:
    """Shorten a text, and replace each letter that cannot be seen or stored."""
    short = text if len(text) <= most else f"{text[: most - 2]} …"
    if short.isprintable():
        return short
    return "".join(one if one.isprintable() else "\ufffd" for one in short)
