"""Cells of a list: what each column says of each record, as markup.

A page has hundreds of cells, so what is the same all the way down a column is worked out once.
"""

from dataclasses import dataclass
from html import escape
from typing import Any

from django.utils.html import conditional_escape
from django.utils.safestring import SafeString
from django_tables2.columns import BoundColumn
from django_tables2.utils import Accessor, signature

from outreach_admin.ui import texts


@dataclass(frozen=True)
class Cell:
    """A body cell, ready to print."""

    content: Any
    label: str
    css: str
    title: str = ""
    heading: bool = False

    @property
    def markup(self) -> SafeString:
        """Return the cell as an element: the row's name is a heading of its row."""
        known = (("class", self.css), ("data-label", self.label), ("title", self.title))
        said = "".join(f' {name}="{escape(text)}"' for name, text in known if text)
        name, scope = ("th", ' scope="row"') if self.heading else ("td", "")
        content = conditional_escape(self.content)
        return SafeString(f"<{name}{scope}{said}>{content}</{name}>")


class Drawer:
    """Draws the cells of one column of one table."""

    def __init__(self, table: Any, bound: BoundColumn) -> None:
        self.column: Any = bound.column
        self._accessor = Accessor(bound.accessor)
        self._default = bound.default
        self._render = bound.render
        self._given = {"table": table, "column": bound.column, "bound_column": bound}
        self._wanted, _ = signature(bound.render)
        self._label = "" if self.column.card else str(bound.header)
        self._css = classes(self.column)
        self._choices: dict[type, bool] = {}

    def draw(self, record: Any) -> Cell:
        """Draw the cell of one record; a value that is not there gets the default of the column."""
        value = self.value(record)
        return Cell(
            texts.visible(self._content(record, value)),
            self._label,
            self._css,
            texts.visible(self.column.title(record, value)),
            heading=self.column.card == "title",
        )

    def value(self, record: Any) -> Any:
        """Return what the record holds, before it is put in words."""
        return self._accessor.resolve(record)

    def _content(self, record: Any, value: Any) -> Any:
        if value in self.column.empty_values:
            return self._default
        given = self._given | {
            "record": record,
            "value": self._in_words(record, value),
        }
        return self._render(**{name: given[name] for name in self._wanted})

    def _in_words(self, record: Any, value: Any) -> Any:
        """Return the name of a choice, any other value as it is."""
        kind = type(record)
        if kind not in self._choices:
            field = self._accessor.get_field(record)
            self._choices[kind] = bool(getattr(field, "choices", None))
        if not self._choices[kind]:
            return value
        owner, name = self._accessor.penultimate(record)
        shown = getattr(owner, f"get_{name}_display", None)
        return shown() if shown else value


def classes(column: Any, *, head: bool = False) -> str:
    """Name the classes of a column's cells, or of its head."""
    numeric = "num" if column.numeric else ""
    width = f"col-{column.width}" if head and column.width else ""
    card = f"card-{column.card}" if column.card and not head else ""
    return " ".join(part for part in (numeric, width, card) if part)
