"""What was moved out of the queue."""

from collections.abc import Iterable, Mapping

from django.utils.functional import cached_property

from governance import verbs
from governance.filters.archive import ArchiveFilter
from governance.models import ArchivedError
from governance.services import counts
from governance.tables.archive import ArchiveTable
from governance.views.errors import with_rows
from governance.views.savedviews import SavedTabs
from outreach_admin.ui import navigation
from outreach_admin.ui.facets import Facet, Tally
from outreach_admin.ui.pages import Link, wants_part
from outreach_admin.ui.tables import Table

PATIENT_SECONDS = 20.0
EXPORT = navigation.Entry("Export", url_name="governance:archive-export", permission="governance.export_huberror")


class ArchiveList(SavedTabs):
    """Archived errors: look up, restore."""

    permission_required = "governance.view_archivederror"
    title = "Errors: archive"
    page_name = "governance:archive-list"
    queryset = ArchivedError.objects.listed()
    table_class = ArchiveTable
    filterset_class = ArchiveFilter
    verbs = verbs.FOR_ARCHIVE
    filterset: ArchiveFilter
    empty_hint = "Errors come here when they are archived by hand, superseded, or at the end of their time to live."

    def total(self) -> Tally:
        """Count the rows; whoever asks for the number alone is given more time."""
        alone = self.part == "total" and not wants_part(self.request)
        return counts.rows_of(self.filterset.qs, seconds=PATIENT_SECONDS if alone else counts.PATIENCE)

    @cached_property
    def cube(self) -> counts.Cube:
        """Count by facet values what the other filters leave."""
        names = [name for name in ArchiveFilter.facets if name != "hub"]
        return counts.taken(self.filterset.beside_facets(ArchivedError.objects.all()), narrowed=self.filterset.qs, names=names)

    def facet_counts(self, name: str) -> Mapping[str, Tally]:
        """Count the rows per value of one facet."""
        return self.cube.by(name, self.filterset.wanted)

    def facets(self, *, counted: bool) -> list[Facet]:
        """List the facets that have values."""
        return with_rows(super().facets(counted=counted))

    def toolbar(self) -> Iterable[Link]:
        """Lead to files."""
        if url := navigation.allowed(self.request, EXPORT):
            yield Link(EXPORT.label, f"{url}?{self.filterset.canonical()}", "download")

    def _table(self) -> Table:
        table = super()._table()
        table.query = self.filterset.query(without=("size", "columns")).urlencode()  # type: ignore[attr-defined]
        return table
