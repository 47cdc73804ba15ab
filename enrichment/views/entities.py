"""Companies and people that workflows are about: the list, and the same as a file."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery, TextField, Value
from django.db.models.functions import Coalesce
from django.http import HttpRequest, StreamingHttpResponse
from django.urls import reverse
from django.utils.functional import cached_property

from enrichment.filters.entities import EntityFilter
from enrichment.filters.entitypages import EntityListing
from enrichment.models import Entity, State, Workflow
from enrichment.queries.figures import standing
from enrichment.tables.entities import OF_WORKFLOW, EntityTable
from governance.resources.exports import EXPORT, Export
from governance.views.files.exports import download
from outreach_admin.lists.facets import Facet, facet
from outreach_admin.lists.filters import PLACE_KEYS
from outreach_admin.lists.paging import Page as Rows
from outreach_admin.ui.pages.base import Link
from outreach_admin.ui.pages.lists import TablePage

FILE = "enrichment:entity-file"
VIEW = "enrichment.view_state"
COLUMNS: Mapping[str, Any] = {
    "entity_type": "entity_type",
    "entity_key": "entity_key",
    "name": "name",
    "in_warehouse": "in_warehouse",
    "first_seen_at": "first_seen_at",
}


class EntityList(TablePage):
    """Companies and people, with their state where a workflow is named."""

    permission_required: Any = VIEW
    template_name = "enrichment/entity/list.html"
    title = "Companies and people"
    queryset = Entity.objects.all()
    table_class = EntityTable
    filterset_class = EntityFilter
    listing_class = EntityListing
    empty_hint = "They come from the warehouse, and with the first run that is about them."
    filterset: EntityFilter
    listing: EntityListing

    @cached_property
    def rows(self) -> Rows:
        """Give the page, each row with its state; one query more."""
        found = super().rows
        standing.attach(found.rows, self.filterset.named)
        return found

    @cached_property
    def columns(self) -> set[str]:
        """Show the state with a workflow in place of the number of workflows."""
        found = super().columns
        is_asked = "columns" in self.request.GET
        if is_asked or not self.filterset.named:
            return found
        return {*found, *OF_WORKFLOW} - {"workflows"}

    def facets(self, *, counted: bool) -> list[Facet]:
        """List what else could be filtered; states only with a workflow, counts where the counters know them."""
        return [
            facet(self.filterset, name, self.listing.known_counts(name) if counted else None)
            for name in self.filterset_class.facets
            if name != "state" or self.filterset.named
        ]

    def toolbar(self) -> Iterable[Link]:
        """Offer the file to those who may take rows out."""
        if not self.request.user.has_perms(EntityFile.permissions):
            return []
        query = self.request.GET.copy()
        for key in (*PLACE_KEYS, "columns"):
            query.pop(key, None)
        return [Link("CSV", f"{reverse(FILE)}?{query.urlencode()}", "download")]


class EntityFile(EntityList):
    """The same companies and people as a CSV."""

    permissions = (EXPORT, VIEW)
    permission_required = permissions

    def get(  # type: ignore[override]
        self, request: HttpRequest, *args: Any, **kwargs: Any
    ) -> StreamingHttpResponse:
        """Send the file: of the filter that it states."""
        self.filterset.check()
        export = exported(self.filterset.named)
        return download(
            lambda: export.stream(
                export.filtered(self._asked()),
                "csv",
                reader=request.user.pk,
            )
        )

    def _asked(self) -> Any:
        data = self.request.GET.copy()
        for key in ("sort", "size", "columns", "view"):
            data.pop(key, None)
        return data


def exported(workflow: Workflow | None) -> Export:
    """Give the export, with the state where a workflow is named."""
    columns = dict(COLUMNS)
    if workflow:
        columns |= with_state(workflow)
    return Export(
        name="entities",
        noun=EntityTable.noun,
        nouns=EntityTable.nouns,
        list_url="enrichment:entity-list",
        url=FILE,
        permissions=EntityFile.permissions,
        filterset=EntityFilter,
        queryset=Entity.objects.all,
        columns=columns,
        order=("entity_key",),
    )


def with_state(workflow: Workflow) -> dict[str, Any]:
    """Give the columns of a state; who has none was not run."""
    states: QuerySet[State] = State.objects.filter(
        workflow=workflow,
        entity_key=OuterRef("entity_key"),
        entity_type=OuterRef("entity_type"),
    )
    return {
        "workflow_name": Value(workflow.workflow_name, TextField()),
        "status": Coalesce(
            Subquery(states.values("status")),
            Value("not_run"),
            output_field=TextField(),
        ),
        "completed_at": Subquery(states.values("succeeded_at")),
    }
