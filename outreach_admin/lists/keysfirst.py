"""Keyset paging in two steps: the keys of a page by the cheapest way, then its rows."""

from abc import abstractmethod
from collections.abc import Sequence
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from outreach_admin.lists.paging import KeysetPaginator


class KeysFirstPaginator(KeysetPaginator):
    """Find the keys of one page more, then read what is shown of them.

    Subclasses choose the way in `_keys()`; `beyond` is the place marker that a page begins after, None for the first.
    """

    @abstractmethod
    def _keys(self, *, descending: bool, beyond: list[Any] | None) -> list[Any]:
        """Find the keys of the first rows beyond a place, one more than a page holds, in order."""

    def _ordered(self, *, backwards: bool, beyond: list[Any] | None) -> QuerySet[Any]:
        descending = self.descending is not backwards
        keys = self._keys(descending=descending, beyond=beyond)
        sign = "-" if descending else ""
        return self.queryset.filter(pk__in=keys).order_by(
            *(f"{sign}{name}" for name in self._paths())
        )

    def _next_key(self, place: list[Any], *, backwards: bool) -> Any | None:
        keys = self._keys(descending=self.descending is not backwards, beyond=place)
        return next(iter(keys), None)

    def _beyond(
        self, rows: QuerySet[Any], *, descending: bool, beyond: list[Any] | None
    ) -> QuerySet[Any]:
        """Put rows in order, and narrow them to those after the place marker."""
        sort = f"{'-' if descending else ''}{self.path}"
        return KeysetPaginator(rows, sort=sort, size=self.size)._ordered(
            backwards=False, beyond=beyond
        )

    def _planned(
        self, rows: QuerySet[Any], *, descending: bool, beyond: list[Any] | None
    ) -> list[Any]:
        """Let the database choose the way to the first of some rows."""
        ordered = self._beyond(rows, descending=descending, beyond=beyond)
        return list(ordered.values_list("pk", flat=True)[: self.size + 1])

    def _gathered(
        self, rows: QuerySet[Any], *, descending: bool, beyond: list[Any] | None
    ) -> list[Any]:
        """Find every row first and sort then; OFFSET 0 keeps the database from walking the order instead."""
        ordered = self._beyond(rows, descending=descending, beyond=beyond)
        found, params = ordered.order_by().values(*self._paths()).query.sql_with_params()
        query = f"SELECT {self._key} FROM ({found} OFFSET 0) AS found"
        return self._read_keys(query, params, descending=descending)

    def _read_keys(self, query: str, params: Sequence[Any], *, descending: bool) -> list[Any]:
        ordered = f"{query} ORDER BY {self._order(descending)} LIMIT %s"
        with connection.cursor() as cursor:
            cursor.execute(ordered, [*params, self.size + 1])
            return [key for (key,) in cursor.fetchall()]

    @property
    def _key(self) -> str:
        return connection.ops.quote_name(self._paths()[-1])

    def _order(self, descending: bool) -> str:
        way = "DESC" if descending else "ASC"
        return ", ".join(f"{connection.ops.quote_name(name)} {way}" for name in self._paths())
