"""What a kept address asks of a list that the list no longer has, told apart from what still holds."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from django.http import QueryDict

from outreach_admin.exceptions import BadRequest
from outreach_admin.lists.filters import StrictFilterSet
from outreach_admin.lists.paging import size_of
from outreach_admin.ui.tables import Table

# what is kept, and in words what is gone
Split = tuple[list[str], list[str]]


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
    data: QueryDict,
    filterset: type[StrictFilterSet],
    table: type[Table] | None = None,
) -> Parted:
    """Part a list's state into what its filter and its table take and what they refuse.

    Nothing is guessed: a value that is refused goes, and its filter with it where no other value is left.
    """
    found = Parted(QueryDict(mutable=True))
    for key, values in data.lists():
        kept, gone = _split(key, values, filterset, table)
        found.gone.extend(gone)
        if kept:
            found.kept.setlist(key, kept)
    return found


def _split(
    key: str,
    values: list[str],
    filterset: type[StrictFilterSet],
    table: type[Table] | None,
) -> Split:
    if table and key == "sort":
        return _single(values, "order", table.order_of)
    if table and key == "columns":
        return _columns(values, table)
    if key == "size":
        return _single(values, "page size", size_of)
    return _filtered(key, values, filterset)


def _single(
    values: list[str],
    what: str,
    read: Callable[[str], object],
) -> Split:
    last = values[-1]
    try:
        read(last)
    except BadRequest:
        return [], [f"the {what} “{last}”"]
    return [last], []


def _columns(values: list[str], table: type[Table]) -> Split:
    offered = table.optional_columns()
    names = [name for name in ",".join(values).split(",") if name]
    gone = [name for name in names if name not in offered]
    return [name for name in names if name in offered], [f"the column “{name}”" for name in gone]


def _filtered(
    key: str,
    values: list[str],
    filterset: type[StrictFilterSet],
) -> Split:
    if _holds(key, values, filterset):
        return values, []
    kept = []
    known = filterset(QueryDict()).keys()
    if key in known:
        kept = [value for value in values if _holds(key, [value], filterset)]
    if not kept or not _holds(key, kept, filterset):
        return [], _said(key, values, filterset)
    lost = [value for value in values if value not in kept]
    return kept, _said(key, lost, filterset)


def _said(
    key: str,
    values: list[str],
    filterset: type[StrictFilterSet],
) -> list[str]:
    known = filterset(QueryDict()).keys()
    if key not in known:
        return [f"the filter “{key}”"]
    return [f"the value “{value}” of “{key}”" for value in values]


def _holds(
    key: str,
    values: list[str],
    filterset: type[StrictFilterSet],
) -> bool:
    data = QueryDict(mutable=True)
    data.setlist(key, values)
    try:
        filterset(data).check()
    except BadRequest:
        return False
    return True


def listed(words: Sequence[str]) -> str:
    """Join words as people do: a, b and c."""
    *first, last = words
    return f"{', '.join(first)} and {last}" if first else last
