"""Kinds of column: each renders one value as one cell, escaped, without a query."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import django_tables2
from django.urls import reverse
from django.utils import timezone
from django.utils.html import conditional_escape, format_html
from django_tables2.utils import Accessor

from outreach_admin.ui import badges, figures, people, texts
from outreach_admin.ui.sprite import icon


class Column(django_tables2.Column):
    """A cell of text, shown in full.

    `sort` offers the header as a sort link over a field path (True: the accessor) that is
    NOT NULL and has an index; `width` is one of xs s m l xl 2xl; `card` is the cell's place
    on a phone: title, text, state, or none for "label value"; `chosen` False leaves the column
    out until somebody picks it; `hint` is an accessor whose value is the cell's title.
    """

    numeric = False
    quiet = False

    def __init__(
        self,
        *args: Any,
        sort: bool | str = False,
        width: str = "",
        card: str = "",
        chosen: bool = True,
        hint: str = "",
        quiet: bool | None = None,
        **kwargs: Any,
    ) -> None:
        kwargs.setdefault("orderable", bool(sort))
        kwargs.setdefault("default", "unknown")
        super().__init__(*args, **kwargs)
        self.sort = sort
        self.width = width
        self.card = card
        self.chosen = chosen
        self.hint = hint
        if quiet is not None:
            self.quiet = quiet

    def render(self, value: Any) -> Any:
        """Write the value escaped; muted where the column is quiet."""
        return (
            format_html('<span class="muted">{}</span>', texts.word(value))
            if self.quiet
            else conditional_escape(texts.word(value))
        )

    def title(self, record: Any, value: Any) -> str:
        """Give the text shown on hover: the hint's value, else nothing."""
        if not self.hint:
            return ""
        return texts.word(Accessor(self.hint).resolve(record, safe=True) or "")


class NumberColumn(Column):
    """A figure: right-aligned, tabular, thousands separators."""

    numeric = True

    def render(self, value: Any) -> Any:
        """Write the figure; what is not a number is shown as it is."""
        return (
            figures.number(value)
            if isinstance(value, figures.NUMBERS)
            else conditional_escape(value)
        )


class AgoColumn(Column):
    """A moment relative to the page's time, exact on hover and in `datetime`; None is "never"."""

    numeric = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("default", "never")
        super().__init__(*args, **kwargs)

    def render(self, value: datetime, table: Any) -> Any:
        """Write a time element; the past without "ago", the header says what it is."""
        now = getattr(table, "as_of", None) or timezone.now()
        exact = figures.exact(value)
        return format_html(
            '<time datetime="{}" title="{}"{}>{}</time>',
            value.isoformat(),
            exact,
            format_html(' class="{}"', "muted") if self.quiet else "",
            figures.ago(value, now).removesuffix(" ago"),
        )


class BadgeColumn(Column):
    """A state as shape and word."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("card", "state")
        kwargs.setdefault("width", "m")
        super().__init__(*args, **kwargs)

    def render(self, value: Any, record: Any, bound_column: Any) -> Any:
        """Write the badge of the stored state with the word of its choice."""
        raw = Accessor(bound_column.accessor).resolve(record, safe=True)
        look = badges.look(raw)
        return format_html(
            '<span class="badge is-{}">{}{}</span>', look.tone, icon(look.icon), value
        )


class LinkColumn(Column):
    """The row's name as a link to its page: by URL name and primary key, else `get_absolute_url`."""

    def __init__(
        self, url_name: str = "", *args: Any, url: Callable[[Any], str] | None = None, **kwargs: Any
    ) -> None:
        kwargs.setdefault("card", "title")
        super().__init__(*args, **kwargs)
        self.url_name = url_name
        self.url = url

    def render(self, value: Any, record: Any) -> Any:
        return format_html('<a href="{}" data-open>{}</a>', self.address(record), texts.word(value))

    def address(self, record: Any) -> str:
        if self.url:
            return self.url(record)
        return (
            reverse(self.url_name, args=[record.pk]) if self.url_name else record.get_absolute_url()
        )


class CodeColumn(Column):
    """A code, id or hash in mono."""

    def render(self, value: Any) -> Any:
        return format_html('<span class="mono">{}</span>', texts.word(value))


class PersonColumn(Column):
    """A user by full name, the account on hover."""

    def render(self, value: Any) -> Any:
        return people.person(value)


class CutColumn(Column):
    """A long text cut at the cell's edge, whole on hover (its first 500 characters)."""

    LONGEST = 500

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("card", "text")
        super().__init__(*args, **kwargs)

    def render(self, value: Any) -> Any:
        """Write the text muted, no longer than a cell can show."""
        return format_html('<span class="muted">{}</span>', str(value)[: self.LONGEST])

    def title(self, record: Any, value: Any) -> str:
        """Give the whole text, or the hint."""
        return super().title(record, value) or str(value or "")[: self.LONGEST]
