"""What was moved out of the queue."""

from django.db.models import QuerySet

from governance.filters.archive import ArchiveFilter
from governance.models import ArchivedError
from governance.views.errors.counted import CountedList


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
