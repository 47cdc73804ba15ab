"""What a query string says, filter by filter: only fields that it names are made."""

from copy import copy
from functools import cache
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict
from django.utils.functional import cached_property
from django_filters import Filter, FilterSet
from django_filters.widgets import SuffixedMultiWidget

Values = dict[str, Any]
Problems = dict[str, list[str]]


class ValuesFilterSet(FilterSet):
    """A FilterSet that judges values without its form.

    Copying every filter deeply and making a form of all fields took a fifth of a list of the API; the form is
    made where a page shows it. `values` are what its `cleaned_data` would be.
    """

    def __init__(
        self,
        data: QueryDict,
        queryset: QuerySet[Any] | None = None,
        *,
        request: HttpRequest | None = None,
        prefix: str | None = None,
    ) -> None:
        rows = self._meta.model._default_manager.all() if queryset is None else queryset
        self.is_bound = True
        self.data = data
        self.queryset = rows
        self.request = request
        self.form_prefix = prefix
        self.filters = _own_filters(self.kind)
        for filter_ in self.filters.values():
            filter_.model = rows.model
            filter_.parent = self

    @property
    def kind(self) -> Any:
        """Return the class, by which is remembered what all of its filters share."""
        return type(self)

    @property
    def values(self) -> Values:
        """Map every filter to its value; those that are not named to what nothing means."""
        return self._read[0]

    @property
    def errors(self) -> Problems:
        """Map the filters whose values are wrong to what is wrong with them."""
        return self._read[1]

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Narrow rows by every value."""
        for name, value in self.values.items():
            queryset = self.filters[name].filter(queryset, value)
        return queryset

    def keys(self) -> dict[str, str]:
        """Map every key a query string may carry to the filter it belongs to."""
        return _keys_of(self.kind)

    def field_of(self, name: str) -> forms.Field:
        """Make the field of a filter."""
        field: forms.Field = self.filters[name].field
        return field

    @cached_property
    def _read(self) -> tuple[Values, Problems]:
        values = dict(_blanks_of(self.kind))
        problems: Problems = {}
        known = self.keys()
        given = {known[key] for key in self.data if key in known}
        for name in filter(given.__contains__, self.filters):
            try:
                values[name] = _value(self.field_of(name), self.data, name)
            except ValidationError as wrong:
                del values[name]
                problems[name] = wrong.messages
        return values, problems


def _own_filters(kind: type[FilterSet]) -> dict[str, Filter]:
    return {name: _own(filter_) for name, filter_ in kind.base_filters.items()}


def _own(filter_: Filter) -> Filter:
    found = copy(filter_)
    vars(found).pop("_field", None)
    if found.method is not None:
        # what calls the method knows the filter it was made for
        found.method = found.method
    return found


@cache
def _keys_of(kind: Any) -> dict[str, str]:
    known: dict[str, str] = {}
    for name, filter_ in _own_filters(kind).items():
        widget = filter_.field.widget
        suffixes = widget.suffixes if isinstance(widget, SuffixedMultiWidget) else [""]
        known |= {f"{name}_{suffix}" if suffix else name: name for suffix in suffixes}
    return known


@cache
def _blanks_of(kind: Any) -> Values:
    """Read what each filter takes an empty query string for: once, for making fields takes longest."""
    nothing = QueryDict()
    filters = _own_filters(kind)
    return {name: _value(one.field, nothing, name) for name, one in filters.items()}


def _value(field: forms.Field, data: QueryDict, name: str) -> Any:
    return field.clean(field.widget.value_from_datadict(data, {}, name))
