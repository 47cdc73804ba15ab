"""The column beside a list: what else could be filtered, with counts, as links."""

from collections.abc import Mapping
from dataclasses import dataclass

from outreach_admin.lists.filters import StrictFilterSet
from outreach_admin.lists.tallies import Tally

MOST_VALUES = 12


@dataclass(frozen=True)
class Value:
    """One value of a facet: a link that adds or removes it."""

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
            labels.get(key) or filterset.label_of(name, key),
            filterset.toggled(name, key),
            key in active,
            _tally(key, tallies),
        )
        for key in keys
    ]
    label = str(filter_.label or name.replace("_", " ").capitalize())
    more = max(0, len(values) - MOST_VALUES)
    return Facet(name, label, values[:MOST_VALUES], more)


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
