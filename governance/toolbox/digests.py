"""What a person agrees to, as one text and its digest: 80.0 is 80, keys have no order, a changed meaning is another call."""

import hashlib
import json
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any
from uuid import UUID

from governance import words
from governance.toolbox.entries import Tool
from governance.toolbox.facts import NEVER_ASKED, OF_MOMENTS, is_number

# beyond so many places a number is written with its power of ten
MOST_PLACES = 40
LENGTH_OF_ID = len(str(UUID(int=0)))
# an address on the web is more than its host
NO_HOST = re.compile(r"[:/?#\\]")


class Unwritten(ValueError):  # noqa: N818 - it is an answer: nobody can have agreed to them
    """Facts have no canonical text."""


def facts_of(facts: Mapping[str, Any]) -> str:
    """Write facts as canonical JSON in ASCII. Raises Unwritten for what JSON has no form for, or lies too deep.

    What is unknown says as little as what is left out, and nobody's word on the approval itself counts.
    """
    told = {
        name: _moment(name, value)
        for name, value in facts.items()
        if value is not None and name != NEVER_ASKED
    }
    try:
        return _text(told)
    except (ArithmeticError, RecursionError, TypeError, ValueError) as reason:
        raise Unwritten("These facts cannot be written as JSON.") from reason


def price_of(tool: Tool) -> str:
    """Write what a call costs, however the canon words it."""
    return f"{_number(tool.cost.dollars)} USD a {tool.cost.per}"


@lru_cache(maxsize=4096)
def entity_of(entity: str) -> str:
    """Write an entity as it is told apart, however it is written: ids, domains and addresses of mail in small letters."""
    word = words.tidy(entity)
    if len(word) == LENGTH_OF_ID:
        try:
            return str(UUID(word))
        except ValueError:
            pass
    account, sign, host = word.rpartition("@")
    domain = "" if NO_HOST.search(host) else words.domain_or_same(host)
    return f"{account.lower()}{sign}{domain}" if words.is_domain(domain) else word


def digest(
    tool: Tool,
    hub_id: str,
    entity: str,
    facts: str,
    version: int,
) -> str:
    """Return the SHA-256 of a call in hexadecimal; `facts` as `facts_of` writes them. The database knows how, too."""
    parts = (
        tool.slug,
        hub_id,
        entity_of(entity),
        str(version),
        price_of(tool),
        facts,
    )
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _moment(name: Any, value: Any) -> Any:
    """Read a text that is named as a moment, so that both of its forms are one."""
    if not (isinstance(name, str) and isinstance(value, str) and name.endswith(OF_MOMENTS)):
        return value
    try:
        return datetime.fromisoformat(value)
    except ValueError:
        return value


def _text(value: Any) -> str:
    if value is None or isinstance(value, bool | str):
        return json.dumps(value)
    if is_number(value):
        return _number(value)
    if isinstance(value, dict):
        return _object(value)
    if isinstance(value, list | tuple):
        return f"[{','.join(map(_text, value))}]"
    return json.dumps(_word(value))


def _object(value: dict[Any, Any]) -> str:
    if not all(isinstance(name, str) for name in value):
        raise TypeError("a name that is no text")
    pairs = sorted(value.items())
    return f"{{{','.join(f'{json.dumps(name)}:{_text(one)}' for name, one in pairs)}}}"


def _word(value: Any) -> str:
    if isinstance(value, datetime):
        zoned = value.tzinfo is not None
        return (value.astimezone(UTC) if zoned else value).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    raise TypeError(f"{type(value).__name__} is nothing that JSON can hold")


def _number(value: int | float | Decimal) -> str:
    """Write a number by its value: no zero that says nothing, no rounding."""
    exact = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    sign, digits, power = exact.as_tuple()
    kept = "".join(map(str, digits)).lstrip("0")
    bare = kept.rstrip("0")
    if not bare:
        return "0"
    tidy = Decimal((sign, tuple(map(int, bare)), int(power) + len(kept) - len(bare)))
    is_short = len(bare) <= MOST_PLACES and abs(tidy.adjusted()) <= MOST_PLACES
    return f"{tidy:f}" if is_short else str(tidy)
