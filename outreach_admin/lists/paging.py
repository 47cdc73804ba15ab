"""Keyset paging: any offered sort over a queryset, no COUNT, no OFFSET."""

import base64
import binascii
import json
from dataclasses import dataclass, field
from datetime import UTC
from typing import Any

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db.models import DateTimeField, F, Field, Model, QuerySet
from django.db.models.fields.tuple_lookups import Tuple, TupleGreaterThan, TupleLessThan

from outreach_admin.db import moments
from outreach_admin.exceptions import BadRequest
from outreach_admin.lists.tallies import AT_LEAST, Tally

SIZES = (25, 50, 100, 200)
DEFAULT_SIZE = 50
LONGEST_CURSOR = 2000
BROKEN = (
    ValueError,
    TypeError,
    ValidationError,
    OverflowError,
    RecursionError,
    binascii.Error,
)


@dataclass(frozen=True)
class Page:
    """The rows of one page with the cursors of its neighbours; None means there is none."""

    rows: list[Any] = field(default_factory=list)
    after: str | None = None
    before: str | None = None


def size_of(text: str | None) -> int:
    """Read a page size; refuse one that is not offered."""
    if text is None:
        return DEFAULT_SIZE
    if text not in map(str, SIZES):
        raise BadRequest(
            f"“{text}” is not an offered page size.",
            what_to_do=f"Choose one of {', '.join(map(str, SIZES))}.",
        )
    return int(text)


class KeysetPaginator:
    """Page through rows ordered by one NOT NULL field and the primary key.

    `sort` is a field path, descending with a leading minus; the primary key breaks ties in
    the same direction, so one index on (field, pk) serves both. Every page costs one query
    for size + 1 rows. A cursor holds sort, value and key; it is validated, not trusted.
    """

    def __init__(self, queryset: QuerySet[Any], *, sort: str, size: int = DEFAULT_SIZE) -> None:
        self.queryset = queryset
        self.sort = sort
        self.size = size
        self.path = sort.removeprefix("-")
        self.descending = sort.startswith("-")
        self.fields = self._fields()

    def page(self, *, after: str | None = None, before: str | None = None) -> Page:
        """Fetch the page after or before a cursor, else the first; refuse a bad cursor."""
        if after and before:
            raise BadRequest(
                "A page is either after or before a row, not both.",
                what_to_do="Go back to the first page.",
            )
        if before:
            return self._before(before)
        rows = self._rows(self._read(after) if after else None)
        more = len(rows) > self.size
        rows = rows[: self.size]
        return Page(
            rows,
            after=self.cursor(rows[-1]) if more else None,
            before=self.cursor(rows[0]) if after and rows else None,
        )

    def neighbours(self, row: Model) -> tuple[Any | None, Any | None]:
        """Find the keys of the rows just before and just after one row in this order."""
        place = self._place(row)
        return self._next_key(place, backwards=True), self._next_key(place, backwards=False)

    def rank(self, row: Model, *, most: int = AT_LEAST) -> Tally:
        """Count the rows up to this one in this order; "at least" where more than `most` come before it.

        Costs no more than reading `most` entries of an index.
        """
        before = self._count_before(self._place(row), most + 1)
        return Tally(min(before, most) + 1, at_least=before > most)

    def cursor(self, row: Model) -> str:
        """Write the place of a row in this order as text for a URL."""
        place = [self.sort, *(_text(value) for value in self._place(row))]
        # letters as they are: escaped, a long name of them would be longer than what is read
        packed = json.dumps(place, ensure_ascii=False)
        return base64.urlsafe_b64encode(packed.encode()).decode().rstrip("=")

    def _count_before(self, place: list[Any], most: int) -> int:
        earlier = self._ordered(backwards=True, beyond=place)
        return earlier.order_by().values("pk")[:most].count()

    def _next_key(self, place: list[Any], *, backwards: bool) -> Any | None:
        keys = self._ordered(backwards=backwards, beyond=place).values_list("pk", flat=True)
        return next(iter(keys[:1]), None)

    def _before(self, cursor: str) -> Page:
        rows = self._rows(self._read(cursor), backwards=True)
        if len(rows) <= self.size:
            # nothing lies before these rows: the first page, filled up, not a torn one
            return self.page()
        rows = rows[: self.size][::-1]
        return Page(rows, after=self.cursor(rows[-1]), before=self.cursor(rows[0]))

    def _rows(self, beyond: list[Any] | None, *, backwards: bool = False) -> list[Any]:
        return list(self._ordered(backwards=backwards, beyond=beyond)[: self.size + 1])

    def _ordered(self, *, backwards: bool, beyond: list[Any] | None) -> QuerySet[Any]:
        descending = self.descending is not backwards
        sign = "-" if descending else ""
        queryset = self.queryset
        if beyond is not None:
            lookup = TupleLessThan if descending else TupleGreaterThan
            queryset = queryset.filter(lookup(Tuple(*(F(name) for name in self._paths())), beyond))
        return queryset.order_by(*(f"{sign}{name}" for name in self._paths()))

    def _paths(self) -> list[str]:
        key = self.queryset.model._meta.pk.attname
        return [key] if self.path in {"pk", key} else [self.path, key]

    def _fields(self) -> list["Field[Any, Any]"]:
        return [_field(self.queryset.model, name) for name in self._paths()]

    def _place(self, row: Model) -> list[Any]:
        return [_value(row, name) for name in self._paths()]

    def _read(self, cursor: str) -> list[Any]:
        try:
            sort, *texts = _unpack(cursor)
            if sort != self.sort or len(texts) != len(self.fields):
                raise ValueError("made for another order")
            return [_parse(part, text) for part, text in zip(self.fields, texts, strict=True)]
        except BROKEN as reason:
            raise BadRequest(
                "This page address does not fit the list: its place marker is broken or was made for another order.",
                what_to_do="Go back to the first page.",
            ) from reason


def _unpack(cursor: str) -> list[str]:
    if len(cursor) > LONGEST_CURSOR:
        raise ValueError("too long")
    packed = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
    parts = json.loads(packed)
    if not isinstance(parts, list) or not parts or not all(isinstance(part, str) for part in parts):
        raise ValueError("not a list of texts")
    return parts


def _text(value: Any) -> str:
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def _parse(part: "Field[Any, Any]", text: str) -> Any:
    if "\x00" in text:
        raise ValueError("NUL in a value")
    # halves of surrogate pairs are no UTF-8
    text.encode()
    value = _beyond(part, text) or part.to_python(text)
    if value is None:
        raise ValueError("no value")
    part.run_validators(value)
    return value


def _beyond(part: "Field[Any, Any]", text: str) -> moments.Beyond | None:
    return moments.read(text, UTC) if isinstance(part, DateTimeField) else None


def _field(model: type[Model], path: str) -> "Field[Any, Any]":
    *relations, name = path.split("__")
    for relation in relations:
        model = model._meta.get_field(relation).related_model  # type: ignore[assignment]
    try:
        found: Any = model._meta.get_field(name)
    except FieldDoesNotExist:
        found = next(part for part in model._meta.fields if part.attname == name)
    field: Field[Any, Any] = getattr(found, "target_field", found)
    return field


def _value(row: Any, path: str) -> Any:
    for name in path.split("__"):
        row = getattr(row, name)
    return row
