"""What was moved out of the queue."""

from collections.abc import Iterator

from django.db.models import QuerySet
from django.urls import reverse

from governance.filters.archive import ArchiveFilter
from governance.models import ArchivedError
from governance.views.errors.counted import CountedList
from outreach_admin.ui.pages.base import Link


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

    def toolbar(self) -> Iterator[Link]:
        """Lead to how long these rows stay, and to their export."""
        yield Link("Retention", reverse("governance:archive-retention"), "clock")
        yield from super().toolbar()

    def get_queryset(self) -> QuerySet[ArchivedError]:
        """Give every archived error, without what is heavy and not listed."""
        return ArchivedError.objects.listed()
