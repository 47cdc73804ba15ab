"""The column beside a list: what else could be filtered, with counts, as links."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet

from outreach_admin.lists import moments, tallies
from outreach_admin.lists.filters import StrictFilterSet
from outreach_admin.lists.spans import Span, Stretch
from outreach_admin.lists.tallies import Tally

MOST_VALUES = 12
PATIENCE = 1.0


@dataclass(frozen=True)
class Value:
    """One value of a facet: a link that adds or removes it; `key` tells it from the others."""

    key: str
    label: str
    query: str
    current: bool
    tally: Tally | None = None


@dataclass(frozen=True)
class Facet:
    """One filter with its values; `more` says how many are left out."""

    name: str
    label: str
    values: list[Value]
    more: int = 0


def facet(filterset: StrictFilterSet, name: str, tallies: Mapping[str, Tally] | None) -> Facet:
    """Build a facet from a choice filter, or from the counted values where it has no choices.

    A value without rows stays while it is active or the filter has few choices.
    """
    filter_ = filterset.filters[name]
    active = set(filterset.data.getlist(name))
    labels = _labels(filterset, name)
    keys = _ordered(labels, tallies or {}, active)
    values = [
        Value(
            key,
            labels.get(key) or filterset.label_of(name, key),
            filterset.toggled(name, key),
            key in active,
            _tally(key, tallies),
        )
        for key in keys[:MOST_VALUES]
    ]
    label = str(filter_.label or name.replace("_", " ").capitalize())
    more = max(0, len(keys) - MOST_VALUES)
    return Facet(name, label, values, more)


def span_facet(
    filterset: StrictFilterSet,
    span: Span,
    counts: Mapping[str, Tally] | None,
) -> Facet:
    """Build a facet from a span: one of its stretches at a time, each as long from now whenever it is opened."""
    current = span.named(dict(filterset.pairs()))
    values = []
    for stretch in span.stretches:
        query = filterset.query(without=span.keys)
        if stretch != current:
            query.update(span.values(stretch))
        value = Value(
            stretch.label,
            stretch.label,
            query.urlencode() or filterset.empty_query,
            stretch == current,
            counts.get(stretch.label) if counts else None,
        )
        values.append(value)
    return Facet(span.name, span.label, values)


def span_counts(
    filterset: StrictFilterSet,
    span: Span,
    *,
    seconds: float = PATIENCE,
) -> dict[str, Tally]:
    """Count the rows of each stretch, the span's own choice left out; after `seconds` among the first 10,000 rows."""
    rows = filterset.without(*span.keys).qs.order_by()
    counts = [Count("pk", filter=_inside(filterset, span, stretch)) for stretch in span.stretches]
    found = tallies.within(seconds, lambda: _counted(rows, counts))
    at_least = found is None
    if found is None:
        nearest = rows.values("pk")[: tallies.AT_LEAST]
        some = rows.model._default_manager.filter(pk__in=nearest)
        found = _counted(some, counts)
    return {
        stretch.label: Tally(number, at_least)
        for stretch, number in zip(
            span.stretches,
            found,
            strict=True,
        )
    }


def _counted(
    rows: QuerySet[Any],
    counts: list[Count],
) -> list[int]:
    named = {f"count_{place}": count for place, count in enumerate(counts)}
    return list(rows.aggregate(**named).values())


def _inside(
    filterset: StrictFilterSet,
    span: Span,
    stretch: Stretch,
) -> Q:
    found = Q()
    for key, text in span.values(stretch).items():
        filter_ = filterset.filters[key]
        lookup = f"{filter_.field_name}__{filter_.lookup_expr}"
        moment = moments.read(text, as_of=filterset.as_of)
        found &= Q((lookup, moment))
    return found


def _labels(filterset: StrictFilterSet, name: str) -> dict[str, str]:
    choices = getattr(filterset.filters[name].field, "choices", ())
    return {str(value): str(label) for value, label in choices if str(value)}


def _ordered(
    labels: Mapping[str, str], tallies: Mapping[str, Tally], active: set[str]
) -> list[str]:
    known = [*labels, *tallies, *sorted(active)]
    keys = list(dict.fromkeys(known))
    if len(keys) <= MOST_VALUES:
        return keys
    return sorted(
        keys, key=lambda key: (key not in active, -tallies[key].count if key in tallies else 0)
    )


def _tally(key: str, tallies: Mapping[str, Tally] | None) -> Tally | None:
    return None if tallies is None else tallies.get(key, Tally(0))
