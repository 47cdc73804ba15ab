"""What the lists of errors, archived errors and companies read, from counters where these know enough."""

from django.utils.functional import cached_property

from governance.filters.archive import ArchiveFilter
from governance.filters.companies import CompanyFilter
from governance.filters.errors import ErrorFilter
from governance.models import ArchiveCount, ArchivedError, HubError
from governance.queries.companies import standing
from governance.queries.companies.pages import CompanyPaginator
from governance.queries.errors import counts
from governance.queries.errors.pages import ErrorPaginator
from outreach_admin.lists.listings import CountedListing
from outreach_admin.lists.paging import DEFAULT_SIZE
from outreach_admin.lists.tallies import Cell, Cube


class ErrorListing(CountedListing):
    """Live errors."""

    filterset: ErrorFilter

    @cached_property
    def whole(self) -> Cube:
        return counts.whole()

    @cached_property
    def cube(self) -> Cube:
        """Count by facet values: what counters do not know is taken from the rows."""
        if self.is_counted:
            return self.known
        beside = self.filterset.beside_facets(HubError.objects.all())
        return counts.taken(beside, narrowed=self.filterset.qs)

    @cached_property
    def known(self) -> Cube:
        """Read what the counters know of the filter, as if it asked for nothing else."""
        beside = {*ErrorFilter.facets, *ErrorFilter.uncounted}
        if all(key in beside for key, _ in self.filterset.pairs()):
            return self.whole
        return counts.kept(self.filterset.counters())

    @cached_property
    def cells(self) -> list[Cell]:
        """Read the combinations of facet values that may fit."""
        return list(self.known.fitting(self.filterset.wanted))

    def paginator(self, *, sort: str, size: int = DEFAULT_SIZE) -> ErrorPaginator:
        """Give what walks the errors: which they are, then what is shown of them."""
        return ErrorPaginator(
            self.filterset.queryset,
            filtered=self.filterset.filtered(self.cells),
            sort=sort,
            size=size,
        )


class ArchiveListing(CountedListing):
    """Archived errors."""

    filterset: ArchiveFilter

    @cached_property
    def whole(self) -> Cube:
        return counts.kept_archive(ArchiveCount.objects.all())

    @cached_property
    def cube(self) -> Cube:
        """Count by facet values: what counters do not know is taken from the rows."""
        if self.is_counted:
            return self.whole
        beside = self.filterset.beside_facets(ArchivedError.objects.all())
        return counts.taken(
            beside,
            narrowed=self.filterset.qs,
            names=counts.ARCHIVE_COUNTED,
        )


class CompanyListing(CountedListing):
    """Companies by how they stand."""

    filterset: CompanyFilter

    @cached_property
    def whole(self) -> Cube:
        return standing.keyed()

    @cached_property
    def cube(self) -> Cube:
        """Count by facet values: what counters do not know is taken from the rows."""
        if self.is_counted:
            return self.whole
        return standing.taken(self.filterset.beside_facets(), narrowed=self.filterset.qs)

    def paginator(self, *, sort: str, size: int = DEFAULT_SIZE) -> CompanyPaginator:
        """Give what walks the companies: which they are, then what is shown of them."""
        return self.filterset.paginator(self.whole, sort=sort, size=size)
