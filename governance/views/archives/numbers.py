"""The numbers of retention, each with the address that lists exactly its rows."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple
from urllib.parse import urlencode

from django.urls import reverse

from governance import subjects
from governance.models import OperationItem
from governance.queries.archives.accounts import Account
from governance.queries.archives.purges import Listed
from governance.queries.archives.retention import Forecast


class Cell(NamedTuple):
    """A number, and the address of its rows; empty where no list has them."""

    rows: int
    url: str = ""


class Policy(NamedTuple):
    """One table's archive: all of it, what is under hold, and what is past its retention and goes."""

    of: Forecast
    archived: Cell
    held: Cell
    overdue: Cell


class Month(NamedTuple):
    """A month of the forecast, a cell a table; `first` is None for what comes after the last."""

    first: date | None
    cells: list[Cell]
    total: Cell


class Line(NamedTuple):
    """The account of one error table, or of all where it is None."""

    table: str | None
    live: Cell
    archived: Cell
    purged: int
    created: int
    difference: int


class Deletion(NamedTuple):
    """What one clean-up deleted of one table."""

    of: Listed
    rows: Cell


def policies_of(found: Sequence[Forecast]) -> list[Policy]:
    """Give each table's policy with its numbers."""
    return [
        Policy(
            one,
            _archived(one.archived, one.table.name),
            _archived(one.held, one.table.name, held="true"),
            _archived(one.overdue, one.table.name, held="false", kept_before="now"),
        )
        for one in found
    ]


def months_of(found: Sequence[Forecast]) -> list[Month]:
    """Turn the forecast of each table into lines of months; what is overdue stands in the first."""
    if not found:
        return []
    firsts = list(found[0].months)
    lines = [
        _month(found, first, [one.months[first] for one in found], is_first=first == firsts[0])
        for first in firsts
    ]
    asked = {"held": "false", "kept_after": f"{_following(firsts[-1]):%Y-%m-%d}"}
    return [*lines, _line(None, found, [one.later for one in found], asked)]


def _month(found: Sequence[Forecast], first: date, counted: list[int], *, is_first: bool) -> Month:
    asked = {"held": "false", "kept_before": f"{_following(first):%Y-%m-%d}"}
    if not is_first:
        asked["kept_after"] = f"{first:%Y-%m-%d}"
    return _line(first, found, counted, asked)


def _line(
    first: date | None, found: Sequence[Forecast], counted: list[int], asked: dict[str, str]
) -> Month:
    cells = [
        _archived(rows, one.table.name, **asked) for one, rows in zip(found, counted, strict=True)
    ]
    return Month(first, cells, _archived(sum(counted), **asked))


def _following(first: date) -> date:
    return (first + timedelta(days=31)).replace(day=1)


def accounts_of(found: Sequence[Account]) -> list[Line]:
    """Give the account of each table."""
    return [
        Line(
            one.error_table,
            _live(one.live, one.error_table),
            _archived(one.archived, one.error_table),
            one.purged,
            one.created,
            one.difference,
        )
        for one in found
    ]


def account_of_all(found: Sequence[Account]) -> Line:
    """Add the accounts of all tables up."""
    return Line(
        None,
        _live(sum(one.live for one in found)),
        _archived(sum(one.archived for one in found)),
        sum(one.purged for one in found),
        sum(one.created for one in found),
        sum(one.difference for one in found),
    )


def deletions_of(found: Sequence[Listed]) -> list[Deletion]:
    """Lead from what an operation deleted to its rows; what went by SQL is in a manifest alone."""
    return [Deletion(one, Cell(one.rows, _deleted(one))) for one in found]


def _deleted(one: Listed) -> str:
    if not one.operation:
        return ""
    asked = {"outcome": OperationItem.Outcome.APPLIED.value, "error_table": one.error_table}
    address = reverse("governance:operation-rows", args=[one.operation])
    return f"{address}?{urlencode(asked)}"


def _archived(rows: int, table: str = "", **asked: str) -> Cell:
    narrowed = ({"error_table": table} if table else {}) | asked
    return Cell(rows, subjects.ARCHIVE.list_address(urlencode(narrowed)) if rows else "")


def _live(rows: int, table: str = "") -> Cell:
    if not rows:
        return Cell(rows)
    asked = urlencode({"error_table": table} if table else {"view": "all"})
    return Cell(rows, subjects.ERROR.list_address(asked))
