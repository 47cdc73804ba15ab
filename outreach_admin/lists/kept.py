"""Filters too long for an address: kept elsewhere, and written as their key and what differs from it."""

from collections.abc import MutableMapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self

from django.http import QueryDict

from outreach_admin.lists.filters import STATE_KEYS

KEY = "kept"
DROPPED = "drop"
# characters; what servers and proxies read, with room for the page's own state and a link's change
ROOM = 2_000
# characters of a filter, wherever it lies
LONGEST = 100_000


@dataclass(frozen=True)
class Kept:
    """A filter that lies elsewhere under a key."""

    key: str
    text: str

    @cached_property
    def values(self) -> dict[str, dict[str, None]]:
        """Read the text, once for all links of a page: the values of each key, in their order."""
        return {key: dict.fromkeys(values) for key, values in QueryDict(self.text).lists()}


class ShortQuery(QueryDict):
    """A query that knows which kept filter it began with, and is written as short as that allows."""

    base: Kept | None = None

    @classmethod
    def over(cls, base: Kept, change: QueryDict) -> Self:
        """Read a kept filter with the change that an address makes to it."""
        found = cls(base.text, mutable=True)
        found.base = base
        for wish in change.getlist(DROPPED):
            found.drop(wish)
        for key, values in change.lists():
            if key in STATE_KEYS:
                found.setlist(key, values)
            elif key not in (KEY, DROPPED):
                found.setlist(
                    key,
                    list(dict.fromkeys([*found.getlist(key), *values])),
                )
        return found

    def drop(self, wish: str) -> None:
        """Take a key away, or one of its values where the wish is written `key=value`."""
        key, is_one, value = wish.partition("=")
        left = [one for one in self.getlist(key) if is_one and one != value]
        self.pop(key, None)
        if left:
            self.setlist(key, left)

    def urlencode(self, safe: str | None = None) -> str:
        """Write what differs from the kept filter where all of it would be too long for an address."""
        if self.base is None or self._is_short:
            return super().urlencode(safe)
        short = QueryDict(mutable=True)
        short[KEY] = self.base.key
        short.setlist(DROPPED, self._dropped(self.base))
        for key, values in self.lists():
            known = {} if key in STATE_KEYS else self.base.values.get(key, {})
            short.setlist(key, [value for value in values if value not in known])
        return short.urlencode(safe)

    def __copy__(self) -> Self:
        copy = super().__copy__()
        copy.base = self.base
        return copy

    def __deepcopy__(self, memo: MutableMapping[int, Any]) -> Self:
        copy = super().__deepcopy__(memo)
        copy.base = self.base
        return copy

    @property
    def _is_short(self) -> bool:
        values = (value for _, given in self.lists() for value in given)
        return sum(map(len, values)) <= ROOM and len(super().urlencode()) <= ROOM

    def _dropped(self, base: Kept) -> list[str]:
        dropped = []
        for key, values in base.values.items():
            left = set(self.getlist(key))
            gone = [value for value in values if value not in left]
            is_all = len(gone) == len(values)
            dropped += [key] if is_all else [f"{key}={value}" for value in gone]
        return dropped


def parts(query: QueryDict) -> tuple[str, str]:
    """Part an address into the filter, which may be kept elsewhere, and the state of the page."""
    asked = QueryDict(mutable=True)
    state = QueryDict(mutable=True)
    for key, values in query.lists():
        owner = state if key in STATE_KEYS else asked
        owner.setlist(key, values)
    return asked.urlencode(), state.urlencode()


def whole(query: QueryDict) -> str:
    """Write all of a query, wherever it lies."""
    return QueryDict.urlencode(query)


def shortened(text: str, query: QueryDict) -> str:
    """Write a text of a list's keys as short as the query that it was read from allows."""
    short = ShortQuery(text, mutable=True)
    short.base = getattr(query, "base", None)
    return short.urlencode()
