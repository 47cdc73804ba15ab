"""What a kept address asks of a list that the list no longer has, told apart from what still holds."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from django.http import QueryDict

from outreach_admin.exceptions import BadRequest
from outreach_admin.lists.filters import StrictFilterSet
from outreach_admin.lists.paging import size_of
from outreach_admin.ui.tables import Table


@dataclass(frozen=True)
class Parted:
    """A list's state in two: `kept` holds, `gone` names in words what the list no longer has."""

    kept: QueryDict
    gone: list[str] = field(default_factory=list)

    @property
    def words(self) -> str:
        """Name what is gone as people say it."""
        return listed(self.gone)


def parted(
    data: QueryDict, filterset: type[StrictFilterSet], table: type[Table] | None = None
) -> Parted:
    """Part a list's state into what its filter and its table take and what they refuse.

    Nothing is guessed: a value that is refused goes, and its filter with it where no other value is left.
    """
    found = Parted(QueryDict(mutable=True))
    known = filterset(QueryDict()).keys()
    readers = _readers(table) if table else {}
    for key, values in data.lists():
        if key in readers:
            kept, gone = readers[key](values)
        elif key in known:
            kept, gone = _values(key, values, filterset)
        else:
            kept, gone = _unknown(key, values, filterset)
        found.gone.extend(gone)
        if kept:
            found.kept.setlist(key, kept)
    return found


Reader = Callable[[Sequence[str]], tuple[list[str], list[str]]]


def _readers(table: type[Table]) -> dict[str, Reader]:
    return {
        "sort": lambda values: _single(values, "order", table.order_of),
        "size": lambda values: _single(values, "page size", size_of),
        "columns": lambda values: _columns(values, table),
    }


def _single(
    values: Sequence[str], what: str, read: Callable[[str], object]
) -> tuple[list[str], list[str]]:
    try:
        for value in values:
            read(value)
    except BadRequest:
        return [], [f"the {what} “{values[-1]}”"]
    return list(values[-1:]), []


def _columns(values: Sequence[str], table: type[Table]) -> tuple[list[str], list[str]]:
    names = [name for value in values for name in value.split(",") if name]
    offered = table.optional_columns()
    kept = [name for name in names if name in offered]
    gone = [f"the column “{name}”" for name in names if name not in offered]
    return kept, gone


def _values(
    key: str, values: Sequence[str], filterset: type[StrictFilterSet]
) -> tuple[list[str], list[str]]:
    if _holds(key, values, filterset):
        return list(values), []
    kept = [value for value in values if _holds(key, [value], filterset)]
    if kept and not _holds(key, kept, filterset):
        return [], [f"the filter “{key}”"]
    gone = [f"the value “{value}” of “{key}”" for value in values if value not in kept]
    return kept, gone


def _unknown(
    key: str, values: Sequence[str], filterset: type[StrictFilterSet]
) -> tuple[list[str], list[str]]:
    if _holds(key, values, filterset):
        return list(values), []
    return [], [f"the filter “{key}”"]


def _holds(key: str, values: Sequence[str], filterset: type[StrictFilterSet]) -> bool:
    data = QueryDict(mutable=True)
    data.setlist(key, list(values))
    try:
        filterset(data).check()
    except BadRequest:
        return False
    return True


def listed(words: Sequence[str]) -> str:
    """Join words as people do: a, b and c."""
    *first, last = words
    return f"{', '.join(first)} and {last}" if first else last
