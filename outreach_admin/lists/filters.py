"""Filters that fail closed: an unknown key or an invalid value selects nothing and says so."""

from collections import Counter
from collections.abc import Iterable
from copy import copy
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches
from typing import Any, Self
from urllib.parse import quote, urlencode

from django import forms
from django.core.exceptions import TooManyFieldsSent
from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict
from django.utils import timezone

from outreach_admin.exceptions import BadRequest
from outreach_admin.lists import moments
from outreach_admin.lists.fields import MomentField
from outreach_admin.lists.spans import Span, Stretch
from outreach_admin.lists.values import ValuesFilterSet

STATE_KEYS = (
    "sort",
    "size",
    "after",
    "before",
    "columns",
    "part",
    "view",
    "select",
    "except",
    "gone",
)
# values of one filter that are chips of their own
MOST_CHIPS = 20
REPEATABLE_STATE = ("columns", "except", "gone")
# a changed filter or order starts at the first page and forgets what was ticked and what was left out
PLACE_KEYS = ("after", "before", "part", "select", "except", "gone")


@dataclass(frozen=True)
class Chip:
    """One active filter value as shown above the list, with the query string that removes it."""

    key: str
    label: str
    value: str
    remove: str


class StrictFilterSet(ValuesFilterSet):
    """A FilterSet that refuses what django-filter would pass over.

    Refuses (400, naming the key): unknown keys, invalid values, a single-valued key given
    twice, a value that cleans to nothing. Keys of the page's own state (sort, size, ...) are
    known where `allow_state`; a stored filter text may not carry them.
    `facets` names the choice filters offered in the column beside the list, `spans` the pairs of moments that are
    offered there by name; `empty_query` is what an address carries when the last filter is taken away, where a bare
    address means something else. Moments counted from now are counted from `as_of`.
    """

    facets: tuple[str, ...] = ()
    spans: tuple[Span, ...] = ()
    empty_query: str = ""

    def __init__(
        self,
        data: QueryDict | None = None,
        queryset: QuerySet[Any] | None = None,
        *,
        request: HttpRequest | None = None,
        prefix: str | None = None,
        allow_state: bool = True,
        as_of: datetime | None = None,
    ) -> None:
        given = QueryDict() if data is None else data
        super().__init__(given, queryset, request=request, prefix=prefix)
        self.as_of = as_of or timezone.now()
        self.state_keys = STATE_KEYS if allow_state else ()
        self._checked = False

    @classmethod
    def from_text(
        cls,
        text: str,
        queryset: QuerySet[Any] | None = None,
        *,
        request: HttpRequest | None = None,
        as_of: datetime | None = None,
    ) -> Self:
        """Read a stored canonical text back; refuse anything `canonical()` would not write."""
        try:
            data = QueryDict(text)
        except (TooManyFieldsSent, UnicodeDecodeError) as reason:
            raise BadRequest(
                "This filter text cannot be read.", what_to_do="Open the list and filter again."
            ) from reason
        blank = next(
            (key for key, values in data.lists() if not all(values)),
            None,
        )
        if blank is not None:
            raise BadRequest(
                f"The value of “{blank}” is empty. Nothing is selected.",
                what_to_do="Give a value or remove the filter.",
            )
        found = cls(data, queryset, request=request, allow_state=False, as_of=as_of)
        found.check()
        return found

    @property
    def qs(self) -> QuerySet[Any]:
        """Give the matching rows; raise instead of giving all when the filter is not valid."""
        self.check()
        found: QuerySet[Any] = super().qs
        return found

    @property
    def is_empty(self) -> bool:
        """Tell whether no filter is active, so that every row matches."""
        return not self.pairs()

    def check(self) -> None:
        """Refuse unknown keys, repeated single keys and invalid values, naming the key."""
        if self._checked:
            return
        known = self.keys()
        for key, values in self.data.lists():
            self._check_key(key, values, known)
        self._check_values()
        self._checked = True

    def get_form_class(self) -> type[forms.Form]:
        """Make the form of all fields, to be shown."""
        for name in self.filters:
            self.field_of(name)
        made: type[forms.Form] = super().get_form_class()
        return made

    def field_of(self, name: str) -> forms.Field:
        """Make a field; what a person chose or typed is looked for as it is, blanks and all."""
        field = super().field_of(name)
        if isinstance(field, forms.CharField):
            field.strip = False
        if isinstance(field, MomentField):
            field.as_of = self.as_of
        return field

    def pairs(self) -> list[tuple[str, str]]:
        """List the active filters as sorted, distinct (key, value) pairs."""
        known = self.keys()
        return sorted(
            {
                (key, value)
                for key, values in self.data.lists()
                if key in known
                for value in values
                if value
            }
        )

    def canonical(self) -> str:
        """Write the filter as one text: sorted key=value pairs, percent-encoded. Same filter, same text."""
        self.check()
        return urlencode(self.pairs(), quote_via=quote)

    def query(self, *, without: Iterable[str] = ()) -> QueryDict:
        """Copy the query string for a changed filter: the place in the list is dropped, empty values too."""
        # of the same kind: a query that is kept elsewhere is written short
        changed: QueryDict = copy(self.data)
        changed.clear()
        dropped = {*PLACE_KEYS, *without}
        for key, values in self.data.lists():
            kept = values if key in STATE_KEYS else [value for value in values if value]
            if key not in dropped and kept:
                changed.setlist(key, kept)
        return changed

    @property
    def panel(self) -> list[Any]:
        """List the form's fields that the facets do not offer."""
        return [self.form[name] for name in self.filters if name not in self.facets]

    @property
    def panel_keys(self) -> list[str]:
        """List the keys of the fields in the panel."""
        return [key for key, owner in self.keys().items() if owner not in self.facets]

    def chips(self) -> list[Chip]:
        """List the active values with label and the query string without them.

        A span that has a name is one, and so are many values of one filter.
        """
        known, pairs = self.keys(), self.pairs()
        spans = [(span, named) for span in self.spans if (named := span.named(dict(pairs)))]
        said = {key for span, _ in spans for key in span.keys}
        rows = Counter(key for key, _ in pairs)
        many = {key: number for key, number in rows.items() if number > MOST_CHIPS}
        chips = [
            self._chip(key, value, known[key])
            for key, value in pairs
            if key not in said and key not in many
        ]
        chips += [self._chip_of_many(key, number, known[key]) for key, number in many.items()]
        return chips + [self._span_chip(span, named) for span, named in spans]

    def moments(self) -> dict[str, datetime]:
        """Map each active value that is counted from now to the moment that it stands for here."""
        found = {
            text: moments.read(text, as_of=self.as_of)
            for key, text in self.pairs()
            if isinstance(self.filters[self.keys()[key]].field, MomentField)
            and moments.is_relative(text)
        }
        return {text: moment for text, moment in found.items() if moment}

    def without(self, *names: str) -> Self:
        """Make the same filter with some filters left out, to count what their other values would give."""
        mine = [key for key, owner in self.keys().items() if owner in names]
        return type(self)(
            self.query(without=mine), self.queryset, request=self.request, as_of=self.as_of
        )

    def toggled(self, key: str, value: str) -> str:
        """Write the query string with a value added, or taken away where it is active."""
        query = self.query()
        values = query.getlist(key)
        kept = [one for one in values if one != value]
        if len(kept) == len(values):
            kept = [*values, value] if self.is_multiple(self.keys()[key]) else [value]
        query.setlist(key, kept)
        return query.urlencode() or self.empty_query

    def is_multiple(self, name: str) -> bool:
        """Tell whether a filter takes a key more than once."""
        return isinstance(
            self.filters[name].field.widget, forms.SelectMultiple | forms.CheckboxSelectMultiple
        )

    def _check_key(self, key: str, values: list[str], known: dict[str, str]) -> None:
        if key in self.state_keys:
            single = key not in REPEATABLE_STATE
        elif key in known:
            single = not self.is_multiple(known[key])
        else:
            raise BadRequest(
                f"Unknown filter “{key}”. Nothing is selected.",
                what_to_do=_suggestion(key, [*known]),
                key=key,
                offered=known,
            )
        if single and len(values) > 1:
            raise BadRequest(
                f"The filter “{key}” is given {len(values)} times but takes one value. Nothing is selected.",
                what_to_do="Keep one of the values.",
                key=key,
            )

    def _check_values(self) -> None:
        for name, messages in self.errors.items():
            sentence = " ".join(str(message) for message in messages)
            raise BadRequest(
                f"The value of “{name}” is not valid: {sentence} Nothing is selected.",
                what_to_do="Correct the value or remove the filter.",
                key=name,
                offered=self._offered(name),
            )
        for name, value in self.values.items():
            given = [
                text
                for key, owner in self.keys().items()
                if owner == name
                for text in self.data.getlist(key)
            ]
            if any(given) and value in (None, "", []):
                raise BadRequest(
                    f"The value of “{name}” is empty. Nothing is selected.",
                    what_to_do="Give a value or remove the filter.",
                    key=name,
                )

    def _offered(self, name: str) -> list[str]:
        choices = getattr(self.filters[name].field, "choices", ())
        return [value for value, _ in _flat(choices) if value]

    def _chip(self, key: str, value: str, name: str) -> Chip:
        filter_ = self.filters[name]
        kept = [one for one in self.data.getlist(key) if one and one != value]
        query = self.query()
        query.setlist(key, kept)
        suffix = key.removeprefix(name).strip("_")
        label = str(filter_.label or name.replace("_", " ").capitalize())
        return Chip(
            key,
            f"{label} {suffix}".strip(),
            self.label_of(name, value),
            query.urlencode() or self.empty_query,
        )

    def _chip_of_many(self, key: str, number: int, name: str) -> Chip:
        query = self.query(without=[key]).urlencode()
        label = str(self.filters[name].label or name.replace("_", " ").capitalize())
        return Chip(key, label, f"{number:,} values", query or self.empty_query)

    def _span_chip(self, span: Span, named: Stretch) -> Chip:
        query = self.query(without=span.keys).urlencode()
        return Chip(span.name, span.label, named.label, query or self.empty_query)

    def label_of(self, name: str, value: str) -> str:
        """Write a value in the words of its choices, else as it is; yes and no for true and false, moments with their zone."""
        if isinstance(self.filters[name].field, MomentField):
            return moments.words(value)
        choices = dict(_flat(getattr(self.filters[name].field, "choices", ())))
        spoken = {"true": "yes", "false": "no"}.get(value.lower(), value)
        return str(choices.get(value, spoken))


def _flat(choices: Iterable[Any]) -> Iterable[tuple[str, Any]]:
    for value, label in choices:
        if isinstance(label, list | tuple):
            yield from _flat(label)
        else:
            yield str(value), label


def _suggestion(key: str, known: list[str]) -> str:
    close = get_close_matches(key, known, n=1)
    if close:
        return f"Did you mean “{close[0]}”?"
    return f"Known filters: {', '.join(sorted(known))}."
