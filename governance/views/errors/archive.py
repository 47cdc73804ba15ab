"""What was moved out of the queue."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.functional import cached_property

from governance.filters.archive import ArchiveFilter
from governance.models import ArchiveCount, ArchivedError
from governance.queries.errors import counts
from governance.tables.archive import ArchiveTable
from governance.verbs import registry
from governance.views.errors.queue import count_of, with_rows
from governance.views.savedviews import SavedTabs
from outreach_admin.lists import tallies
from outreach_admin.lists.facets import Facet
from outreach_admin.lists.tallies import Tally
from outreach_admin.ui import navigation
from outreach_admin.ui.pages.base import Link, wants_part
from outreach_admin.ui.tables import Table

PATIENT_SECONDS = 20.0
EXPORT = navigation.Entry(
    "Export", url_name="governance:archive-export", permission="governance.export_huberror"
)


class ArchiveList(SavedTabs):
    """Archived errors: look up, restore."""

    permission_required = "governance.view_archivederror"
    title = "Errors: archive"
    page_name = "governance:archive-list"
    queryset = ArchivedError.objects.listed()
    table_class = ArchiveTable
    filterset_class = ArchiveFilter
    verbs = registry.FOR_ARCHIVE
    filterset: ArchiveFilter
    empty_hint = (
        "Errors come here when they are archived by hand, superseded, or at the end of their time to live. "
        "What pipelines write as ARCHIVED stays in the queue, under that disposition."
    )

    def total(self) -> Tally:
        """Count the rows; whoever asks for the number alone is given more time."""
        if self.filterset.is_counted:
            return self.cube.total(self.filterset.wanted)
        alone = self.part == "total" and not wants_part(self.request)
        return tallies.rows_of(
            self.filterset.qs, seconds=PATIENT_SECONDS if alone else tallies.PATIENCE
        )

    @cached_property
    def cube(self) -> tallies.Cube:
        """Count by facet values what the other filters leave: from the counters where they know enough."""
        if self.filterset.is_counted:
            return self.whole
        rows = self.filterset.beside_facets(ArchivedError.objects.all())
        return counts.taken(rows, narrowed=self.filterset.qs, names=counts.ARCHIVE_COUNTED)

    @cached_property
    def whole(self) -> tallies.Cube:
        """Read the counters of the whole archive."""
        return counts.kept_archive(ArchiveCount.objects.all())

    def facet_counts(self, name: str) -> Mapping[str, Tally]:
        """Count the rows per value of one facet."""
        return self.cube.by(name, self.filterset.wanted)

    def facets(self, *, counted: bool) -> list[Facet]:
        """List the facets that have values."""
        return with_rows(super().facets(counted=counted or self.filterset.is_counted))

    def count_of(self, query: str) -> int | None:
        """Count the rows of a view from the counters; None where they do not know its filters."""
        return count_of(query, ArchiveFilter, self.whole)

    def _results_context(self) -> dict[str, Any]:
        context = super()._results_context()
        if self.filterset.is_counted:
            context |= {"counted": True, "total": self.total()}
        return context

    def toolbar(self) -> Iterable[Link]:
        """Lead to files."""
        if url := navigation.allowed(self.request, EXPORT):
            yield Link(EXPORT.label, f"{url}?{self.filterset.canonical()}", "download")

    def _table(self) -> Table:
        table = super()._table()
        table.query = self.filterset.query(without=("size", "columns")).urlencode()  # type: ignore[attr-defined]
        return table
