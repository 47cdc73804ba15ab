"""What was moved out of the queue."""

from django.db.models import QuerySet
from django.utils.functional import cached_property

from governance.filters.archive import ArchiveFilter
from governance.models import ArchiveCount, ArchivedError
from governance.queries.errors import counts
from governance.views.errors.counted import CountedList
from outreach_admin.lists import tallies


class ArchiveList(CountedList):
    """Archived errors: look up, restore."""

    permission_required = "governance.view_archivederror"
    title = "Errors: archive"
    subject = "archive"
    filterset: ArchiveFilter
    empty_hint = (
        "Errors come here when they are archived by hand, superseded, or at the end of their time to live. "
        "What pipelines write as ARCHIVED stays in the queue, under that disposition."
    )

    def get_queryset(self) -> QuerySet[ArchivedError]:
        """Give every archived error, without what is heavy and not listed."""
        return ArchivedError.objects.listed()

    @cached_property
    def cube(self) -> tallies.Cube:
        """Count by facet values what the other filters leave: from the counters where they know enough."""
        if self.filterset.is_counted:
            return self.whole
        rows = self.filterset.beside_facets(ArchivedError.objects.all())
        return counts.taken(rows, narrowed=self.filterset.qs, names=counts.ARCHIVE_COUNTED)

    @cached_property
    def whole(self) -> tallies.Cube:
        return counts.kept_archive(ArchiveCount.objects.all())
