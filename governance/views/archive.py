"""What was moved out of the queue."""

from collections.abc import Iterable

from governance import verbs
from governance.filters.archive import ArchiveFilter
from governance.models import ArchivedError
from governance.services import counts
from governance.tables.archive import ArchiveTable
from governance.views.savedviews import SavedTabs
from outreach_admin.ui import navigation
from outreach_admin.ui.facets import Tally
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
    empty_hint = "Errors come here when they are archived by hand, superseded, or at the end of their time to live."

    def total(self) -> Tally:
        """Count the rows; whoever asks for the number alone is given more time."""
        alone = self.part == "total" and not wants_part(self.request)
        return counts.rows_of(self.filterset.qs, seconds=PATIENT_SECONDS if alone else counts.PATIENCE)

    def toolbar(self) -> Iterable[Link]:
        """Lead to files."""
        if url := navigation.allowed(self.request, EXPORT):
            yield Link(EXPORT.label, f"{url}?{self.filterset.canonical()}", "download")

    def _table(self) -> Table:
        table = super()._table()
        table.query = self.filterset.query(without=("size", "columns")).urlencode()  # type: ignore[attr-defined]
        return table
