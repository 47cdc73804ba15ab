"""Tables of lists: columns declared once, rendered by templates/ui/table.html."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import django_tables2
from django.utils.safestring import SafeString

from outreach_admin.exceptions import BadRequest
from outreach_admin.ui.cells import Cell, Drawer, classes
from outreach_admin.ui.columns import (
    AgoColumn,
    BadgeColumn,
    CodeColumn,
    Column,
    CutColumn,
    LinkColumn,
    NumberColumn,
    PersonColumn,
)

__all__ = [
    "AgoColumn",
    "BadgeColumn",
    "CodeColumn",
    "Column",
    "CutColumn",
    "LinkColumn",
    "NumberColumn",
    "PersonColumn",
    "Table",
]

# the widths of static/css/table.css; a column without one takes what is left
REMS = {"": 10.0, "xs": 3.75, "s": 4.75, "m": 6.0, "l": 9.0, "xl": 12.5, "2xl": 15.5}
BROAD_REMS = 58.0


@dataclass(frozen=True)
class Head:
    """A header cell: its label, and where a click on it leads."""

    name: str
    label: str
    css: str
    sort: str = ""
    direction: str = ""


@dataclass(frozen=True)
class Row:
    """A body row with the key that a check box carries."""

    key: str
    name: str
    cells: list[Cell]
    ticked: bool = False
    folded: bool = False
    state: str = ""

    @property
    def markup(self) -> SafeString:
        """Return the cells as they are printed."""
        return SafeString("".join(cell.markup for cell in self.cells))


@dataclass(frozen=True)
class Group:
    """Rows that stand together, below a heading where they have one; folded rows show when it is opened."""

    rows: list[Row]
    heading: Any = ""


class Table(django_tables2.Table):
    """A list's table: rows come in order and paged, so it never sorts or queries.

    `default_sort` is a column name (minus for descending); `noun` and `nouns` name the rows.
    """

    default_sort: str = ""
    noun = "row"
    nouns = "rows"

    class Meta:
        template_name = "ui/table.html"
        empty_text = ""
        orderable = False

    def __init__(
        self,
        rows: Iterable[Any],
        *,
        sort: str = "",
        shown: Iterable[str] | None = None,
        selectable: bool = False,
        ticked: "Ticked | None" = None,
        as_of: datetime | None = None,
    ) -> None:
        super().__init__(list(rows))
        self.sort = sort
        self.selectable = selectable
        self.ticked = ticked or Ticked()
        self.as_of = as_of
        wanted = self.default_columns() if shown is None else set(shown)
        for bound in self.columns.iterall():
            bound.column.visible = bound.name in wanted or bound.column.card == "title"

    @classmethod
    def sorts(cls) -> dict[str, str]:
        """Map each offered sort (a column name) to its field path."""
        return {
            name: column.sort
            if isinstance(column.sort, str)
            else str(column.accessor or name).replace(".", "__")
            for name, column in cls.base_columns.items()
            if column.sort
        }

    @classmethod
    def default_columns(cls) -> set[str]:
        """Name the columns shown to somebody who has not chosen."""
        return {name for name, column in cls.base_columns.items() if column.chosen}

    @classmethod
    def optional_columns(cls) -> dict[str, str]:
        """Map the columns that may be shown or hidden to their labels, in order."""
        return {
            name: str(column.verbose_name or name.replace("_", " ").capitalize())
            for name, column in cls.base_columns.items()
            if column.card != "title"
        }

    @classmethod
    def order_of(cls, sort: str | None) -> tuple[str, str]:
        """Read a sort from the address: (column with sign, field path with sign); refuse others."""
        chosen = sort or cls.default_sort
        name, sign = chosen.removeprefix("-"), "-" if chosen.startswith("-") else ""
        path = cls.sorts().get(name)
        if path is None:
            raise BadRequest(
                f"“{chosen}” is not an offered order.",
                what_to_do=f"Offered: {', '.join(sorted(cls.sorts()))}, each with a leading minus for descending.",
            )
        return chosen, f"{sign}{path}"

    def heads(self) -> Iterator[Head]:
        """Give the header cells; a sorted one names the direction and offers the other."""
        for bound in self.columns:
            column = bound.column
            sort, direction = self._sort_of(bound.name) if column.sort else ("", "")
            yield Head(bound.name, str(bound.header), classes(column, head=True), sort, direction)

    def body(self) -> Iterator[Row]:
        """Give the body rows, each value rendered once."""
        drawers = [Drawer(self, bound) for bound in self.columns]
        titles = [drawer for drawer in drawers if drawer.column.card == "title"]
        for number, record in enumerate(self.data):
            key = str(getattr(record, "pk", number))
            name = str(titles[0].value(record) if titles else key)
            cells = [drawer.draw(record) for drawer in drawers]
            yield Row(
                key,
                name,
                cells,
                ticked=key in self.ticked,
                state=self.state_of(record),
            )

    def groups(self) -> Iterator[Group]:
        """Give the body rows in groups; one without a heading unless a table has a reason for more."""
        yield Group(list(self.body()))

    @property
    def width(self) -> int:
        """Count the cells of a row, its check box included."""
        return len(self.columns) + self.selectable

    @property
    def is_broad(self) -> bool:
        """Tell whether the shown columns need more than the smallest desk has beside facets, so that the table scrolls in itself."""
        return sum(REMS[bound.column.width] for bound in self.columns) > BROAD_REMS

    @property
    def keys(self) -> str:
        return ",".join(str(row.pk) for row in self.data)

    def state_of(self, record: Any) -> str:
        """Name the state that decides which verbs fit a row; empty where none does."""
        return ""

    def _sort_of(self, name: str) -> tuple[str, str]:
        if self.sort == name:
            return f"-{name}", "ascending"
        if self.sort == f"-{name}":
            return name, "descending"
        return name, ""


@dataclass(frozen=True)
class Ticked:
    """Which rows are ticked when the page opens: none, this page, or all but some."""

    every: bool = False
    but: frozenset[str] = frozenset()

    def __contains__(self, key: str) -> bool:
        return self.every and key not in self.but
