"""How the cells of an import and the members of a body are read; one that cannot be raises ValueError with the sentence for the person."""

import re
import uuid
from collections.abc import Collection
from datetime import datetime
from decimal import Decimal
from difflib import get_close_matches
from typing import Any

from django.utils.dateparse import parse_datetime
from import_export.widgets import Widget

from governance import words
from outreach_admin.db import jsonfields
from outreach_admin.db.limits import LONG, MOST_INTEGER, WORD
from outreach_admin.db.rules import Documents, Letters, Moments, unseen

UNKEPT = re.compile("[\0\ud800-\udfff]")
PLAIN_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\Z")
PLAIN_NUMBER = re.compile(r"-?[0-9]{1,20}(\.[0-9]{1,40})?\Z", re.ASCII)
TRUE, FALSE = ("true", "t", "yes", "1"), ("false", "f", "no", "0")
# what an export puts before text that a spreadsheet would run; see governance/sql/functions/exports.sql
GUARDED = re.compile(r"'+[-=+@\t\n\r]")


class Cell(Widget):
    """A cell that may be empty, or a member of a body, which no spreadsheet has guarded.

    `kinds` are what JSON may give instead of a text, `wanted` says so.
    """

    kinds: tuple[type, ...] = ()
    wanted = "a text"

    def clean(self, value: str, row: Any = None, **kwargs: Any) -> Any:
        if GUARDED.match(value):
            value = value[1:]
        return self.text(value)

    def given(self, value: Any) -> Any:
        """Read what JSON gives; null is an empty cell."""
        if isinstance(value, str):
            return self.text(value)
        if value is None:
            return None
        if type(value) not in self.kinds:
            raise ValueError(f"It is not {self.wanted}.")
        return self.native(value)

    def text(self, value: str) -> Any:
        text = value.strip()
        return self.read(text) if text else None

    def native(self, value: Any) -> Any:
        """Read a value of one of the `kinds`."""
        return self.read(str(value))

    def read(self, text: str) -> Any:
        return text


class Words(Cell):
    """Text kept as it is, line breaks and blanks included."""

    def __init__(self, most: int = LONG) -> None:
        super().__init__()
        self.rule = Letters(most)

    def text(self, value: str) -> str | None:
        if said := self.rule.refusal(value):
            raise ValueError(said)
        return value or None


class Word(Cell):
    """One short text."""

    def __init__(self, most: int = WORD) -> None:
        super().__init__()
        self.rule = Letters(most)

    def read(self, text: str) -> str:
        text = words.tidy(text)
        if said := unseen(text) or self.rule.refusal(text):
            raise ValueError(said)
        return text


class Domain(Word):
    """A domain, or an address that has one."""

    def read(self, text: str) -> str:
        """Write it the one way, names beyond ASCII in punycode; refuse what is no host name."""
        try:
            found = words.domain(super().read(text))
        except UnicodeError:
            raise ValueError("Its letters make no domain: write it in punycode.") from None
        if not words.is_domain(found):
            raise ValueError("It is not a domain, such as example.com, nor an address with one.")
        return found


class Id(Cell):
    """A UUID in any of its spellings."""

    def read(self, text: str) -> str:
        if PLAIN_ID.match(text):
            return text
        try:
            return str(uuid.UUID(text))
        except ValueError:
            raise ValueError(
                "It is not a UUID, such as 6f1d2c3b-0a4e-4b57-9c1d-2e3f4a5b6c7d."
            ) from None


class Choice(Cell):
    """One of some words, written exactly so."""

    def __init__(self, offered: Collection[str]) -> None:
        super().__init__()
        self.offered = sorted(offered)

    def read(self, text: str) -> str:
        """Refuse other words."""
        if text in self.offered:
            return text
        close = get_close_matches(text.upper(), self.offered, n=1) or get_close_matches(
            text, self.offered, n=1
        )
        raise ValueError(
            f"It is not offered. Did you mean {close[0]}?"
            if close
            else f"It is not one of {', '.join(self.offered)}."
        )


class TableName(Choice):
    """An error table, by its whole name or without its schema as pages write it."""

    def read(self, text: str) -> str:
        """Refuse a short name that two tables have."""
        return super().read(words.table_of(text, self.offered))


class Count(Cell):
    """A whole number from 0."""

    kinds = (int,)
    wanted = "a whole number"

    def __init__(self, most: int = MOST_INTEGER) -> None:
        super().__init__()
        self.most = most

    def read(self, text: str) -> int:
        if not (text.isascii() and text.isdigit() and len(text) < 11 and int(text) <= self.most):
            raise ValueError(f"It is not a whole number between 0 and {self.most:,}.")
        return int(text)


class Number(Cell):
    """A decimal number that a column keeps as it is: no digit of it is rounded away."""

    kinds = (int, float)
    wanted = "a number"

    def __init__(self, digits: int, places: int, between: tuple[int, int] | None = None) -> None:
        super().__init__()
        most = 10 ** (digits - places)
        self.places = places
        self.least, self.most = between or (1 - most, most - 1)

    def native(self, value: float) -> str:
        """Read a number of JSON without an exponent."""
        return self.read(f"{Decimal(repr(value)):f}")

    def read(self, text: str) -> str:
        """Return it as JSON has it, as text: a float would have other digits."""
        if not PLAIN_NUMBER.match(text):
            raise ValueError("It is not a number, such as 0.75.")
        if len(text.partition(".")[2].rstrip("0")) > self.places:
            raise ValueError(f"It takes at most {self.places} digits after the point.")
        number = Decimal(text)
        if not self.least <= number <= self.most:
            raise ValueError(f"It is not between {self.least:,} and {self.most:,}.")
        return str(round(number, self.places))


class Flag(Cell):
    """True or false."""

    kinds = (bool,)
    wanted = "true or false"

    def read(self, text: str) -> bool:
        """Refuse other words."""
        if text.lower() not in TRUE + FALSE:
            raise ValueError("It is neither true nor false.")
        return text.lower() in TRUE


class MomentCell(Cell):
    """A date and time with its zone."""

    def read(self, text: str) -> str:
        """Refuse what is no moment, and what could mean several."""
        try:
            moment = parse_datetime(text)
        except ValueError:
            moment = None
        if moment is None:
            raise ValueError("It is not a date and time, such as 2026-02-04T13:00:00Z.")
        if moment.tzinfo is None:
            raise ValueError(f"It has no time zone: for UTC write {moment.isoformat()}Z.")
        if said := Moments().refusal(moment):
            raise ValueError(said)
        return moment.isoformat()


class Details(Cell):
    """A JSON object."""

    kinds = (dict,)
    wanted = "a JSON object"

    def __init__(self, most: int) -> None:
        super().__init__()
        self.rule = Documents(most)

    def read(self, text: str) -> dict[str, Any]:
        """Refuse what is no JSON object."""
        try:
            found = jsonfields.read(text, parse_constant=_refuse)
        except ValueError:
            found = None
        if not isinstance(found, dict):
            raise ValueError(
                f'It is not a JSON object of at most {self.rule.depth} levels, such as {{"form": "5500"}}.'
            )
        return self.native(found)

    def native(self, found: dict[str, Any]) -> dict[str, Any]:
        """Refuse what lies too deep, is too large or cannot be kept."""
        try:
            is_kept = _is_kept(found)
        except RecursionError:
            raise ValueError(self.rule.refusal(found)) from None
        if not is_kept:
            raise ValueError(
                "It holds what cannot be kept: NUL, half a letter or an endless number."
            )
        if said := self.rule.refusal(found):
            raise ValueError(said)
        return found


def _is_kept(value: Any) -> bool:
    """Say whether the database can hold what JSON can write."""
    if isinstance(value, str):
        return not UNKEPT.search(value)
    if isinstance(value, Decimal):
        return jsonfields.is_kept(value)
    if isinstance(value, dict):
        return all(_is_kept(key) and _is_kept(inner) for key, inner in value.items())
    return not isinstance(value, list) or all(map(_is_kept, value))


def _refuse(constant: str) -> None:
    raise ValueError(constant)


def moment_of(text: str) -> datetime:
    """Read a moment that was written by `Moment`."""
    return datetime.fromisoformat(text)
