"""What the list of runs reads, from counters where these know enough."""

from django.utils.functional import cached_property

from enrichment.filters.runs import RunFilter
from enrichment.models import Run
from enrichment.queries import runcounts
from outreach_admin.lists.listings import CountedListing
from outreach_admin.lists.tallies import Cube


class RunListing(CountedListing):
    """Runs."""

    filterset: RunFilter

    @cached_property
    def whole(self) -> Cube:
        return runcounts.kept()

    @cached_property
    def cube(self) -> Cube:
        """Count by facet values: what counters do not know is taken from the rows."""
        if self.is_counted:
            return self.whole
        beside = self.filterset.beside_facets(Run.objects.all())
        return runcounts.taken(beside, narrowed=self.filterset.qs)
