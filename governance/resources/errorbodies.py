"""Errors that come in bodies: the columns and rules of files, each value as JSON has it."""

import itertools
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any

from django.contrib.auth.models import User

from governance.resources import companies, widgets
from governance.resources.errorrules import ErrorRules, keep_given_domain
from governance.resources.errors import COLUMNS, DERIVED, ID, ErrorResource
from governance.services.errors import NewError

Read = Callable[[Any], Any]
BATCH = 10_000
# short words that come again and again
SHORT = (widgets.Word, widgets.Choice, widgets.MomentCell)
NO_OBJECT = "It is not an object of columns and values."
UNKNOWN = "There is no such column."


def read(rows: Sequence[Any], *, by: User) -> list[NewError]:
    """Judge the rows of a body one by one, and link them to their companies."""
    reader = Reader(by=by)
    found = [reader.row(index, row) for index, row in enumerate(rows)]
    good = (row for row in found if not row.problems)
    for batch in _batches(good):
        companies.link(batch)
    return found


class Reader:
    """Reads the rows of one body."""

    def __init__(self, *, by: User) -> None:
        self.rules = ErrorRules(by=by)
        self.cells = {name: self._cell_of(name) for name in COLUMNS}

    def row(self, index: int, given: Any) -> NewError:
        """Read one row, with its problems."""
        if not isinstance(given, dict):
            return _refused(index, "", NO_OBJECT)
        data: dict[str, Any] = {}
        wrong = dict(self._read_into(data, given))
        read = tuple(data)
        for name, problem in self.rules.flaws_of(data, wrong):
            wrong.setdefault(name, problem)
        return self._made(index, data, read, wrong, given)

    def _made(
        self,
        index: int,
        data: dict[str, Any],
        read: tuple[str, ...],
        wrong: dict[str, str],
        given: dict[str, Any],
    ) -> NewError:
        named = data.pop(ID, None)
        data["id"] = named or str(uuid.uuid4())
        if not wrong and "domain" in data:
            keep_given_domain(data, given["domain"])
        return NewError(
            index,
            data,
            read,
            list(wrong.items()),
            named=named is not None,
        )

    def _read_into(self, data: dict[str, Any], given: dict[str, Any]) -> Iterator[tuple[str, str]]:
        """Read each value, and yield what is wrong with the others."""
        for name, value in given.items():
            cell = self.cells.get(name)
            if cell is None:
                if name not in DERIVED:
                    yield name, UNKNOWN
                continue
            try:
                found = cell(value)
            except ValueError as flaw:
                yield name, str(flaw)
            else:
                if found is not None:
                    data[name] = found

    def _cell_of(self, name: str) -> Read:
        widget = ErrorResource.fields[name].widget
        if name == "error_table":
            widget = self.rules.table_name
        given: Read = widget.given
        return _remembering(given) if isinstance(widget, SHORT) else given


def _remembering(given: Read) -> Read:
    seen = lru_cache(maxsize=4096)(given)

    def read(value: Any) -> Any:
        return seen(value) if isinstance(value, str) else given(value)

    return read


def _refused(index: int, column: str, problem: str) -> NewError:
    return NewError(
        index,
        {},
        problems=[(column, problem)],
        named=False,
    )


def _batches(rows: Iterable[NewError]) -> Iterator[list[NewError]]:
    rows = iter(rows)
    while batch := list(itertools.islice(rows, BATCH)):
        yield batch
