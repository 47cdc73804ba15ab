"""What the lists of live and archived errors share: counting by counters that triggers keep."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.http import QueryDict

from governance.filters.errors import GovernedFilter
from governance.views.savedviews import KEPT_STATE
from governance.views.subjects import SubjectList
from outreach_admin.lists import tallies
from outreach_admin.lists.facets import Facet
from outreach_admin.lists.listings import CountedListing
from outreach_admin.lists.tallies import Tally
from outreach_admin.ui.pages.base import wants_part

PATIENT_SECONDS = 20.0


class CountedList(SubjectList):
    """A list of errors whose totals and facets come from counters where these know enough."""

    filterset: GovernedFilter
    listing: CountedListing

    def total(self) -> Tally:
        """Count the rows; whoever asks for the number alone is given more time."""
        alone = self.part == "total" and not wants_part(self.request)
        seconds = PATIENT_SECONDS if alone else tallies.PATIENCE
        return self.listing.total(seconds=seconds)

    def facets(self, *, counted: bool) -> list[Facet]:
        return with_rows(super().facets(counted=counted or self.filterset.is_counted))

    def count_of(self, query: str) -> int | None:
        """Count the rows of a view from the counters; None where they do not know its filters."""
        data = QueryDict(query)
        facets = self.filterset_class.facets
        if any(key not in facets and key not in KEPT_STATE for key in data):
            return None
        wanted = {key: set(values) for key, values in data.lists() if key in facets}
        return self.listing.whole.total(wanted).count

    def _results_context(self) -> dict[str, Any]:
        context = super()._results_context()
        if self.filterset.is_counted:
            context |= {"counted": True, "total": self.total()}
        return context


def with_rows(facets: Sequence[Facet]) -> list[Facet]:
    """Leave out values known to have no row, but for dispositions, and facets without a value."""
    kept = [one if one.name == "disposition" else _with_rows(one) for one in facets]
    return [one for one in kept if one.values]


def _with_rows(facet: Facet) -> Facet:
    shown = [
        value for value in facet.values if value.current or value.tally is None or value.tally.count
    ]
    return replace(facet, values=shown)
