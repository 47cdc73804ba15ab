"""What callers said, in a form that the ledger can keep."""

import json
import math
from collections.abc import Mapping
from typing import Any

from governance.toolbox.facts import clean, shown

MOST_LETTERS = 500
MOST_DEEP = 8
MOST_NAME = 100
# letters of all facts together
MOST = 20_000
MOST_WHOLE = 10**30
TOO_LONG = "left out: too long"


def kept(facts: Mapping[Any, Any]) -> str:
    """Write facts as JSON: long texts are cut, what lies deep is named, and what JSON has no form for becomes a text."""
    held = _object(facts, 0)
    text = json.dumps(held)
    if len(text) <= MOST:
        return text
    short = {name: one for name, one in held.items() if len(json.dumps(one)) <= MOST_LETTERS}
    text = json.dumps(short)
    return text if len(text) <= MOST else json.dumps({"facts": TOO_LONG})


def _object(value: Mapping[Any, Any], deep: int) -> dict[str, Any]:
    return {_name(name): _kept(one, deep + 1) for name, one in value.items()}


def _name(name: Any) -> str:
    return clean(name if isinstance(name, str) else shown(name), most=MOST_NAME)


def _kept(value: Any, deep: int) -> Any:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return clean(value, most=MOST_LETTERS)
    if isinstance(value, int):
        return value if abs(value) < MOST_WHOLE else shown(value)
    if isinstance(value, float) and math.isfinite(value):
        return value
    if deep < MOST_DEEP and isinstance(value, dict):
        return _object(value, deep)
    if deep < MOST_DEEP and isinstance(value, list | tuple):
        return [_kept(one, deep + 1) for one in value]
    return _word(value)


def _word(value: Any) -> str:
    """Write what JSON has no form for."""
    if isinstance(value, dict | list | tuple | bytes):
        return shown(value)
    return clean(str(value), most=MOST_LETTERS)
