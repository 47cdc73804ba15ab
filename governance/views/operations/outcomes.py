"""The rows of an operation: as a list, as a file."""

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.mixins import PermissionRequiredMixin
from django.db.models import QuerySet
from django.http import HttpRequest, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.views import View

from governance.filters.operations import ItemFilter, ItemListing
from governance.models import Operation, OperationItem
from governance.queries.operations import outcomes, titles
from governance.tables.operations import ItemTable
from governance.verbs import registry
from governance.views.files.exports import download
from outreach_admin.lists.paging import Page as Rows
from outreach_admin.lists.tallies import Tally
from outreach_admin.ui.pages.base import Crumb, Link
from outreach_admin.ui.pages.lists import TablePage


class OperationRows(TablePage):
    """Every row of a plan with its outcome and reason, and what it says now."""

    permission_required = "governance.view_operation"
    nav = "governance:operation-list"
    table_class = ItemTable
    filterset_class = ItemFilter

    @cached_property
    def operation(self) -> Operation:
        return get_object_or_404(Operation, pk=self.kwargs["pk"])

    def get_queryset(self) -> QuerySet[OperationItem]:
        return self.operation.items.all()

    @cached_property
    def rows(self) -> Rows:
        """Read one page of rows, then what is behind them in one query a table."""
        listing = ItemListing(self.filterset)
        paginator = listing.paginator(sort=self.order[1], size=self.size)
        page = paginator.page(
            after=self.request.GET.get("after"), before=self.request.GET.get("before")
        )
        verb = registry.VERBS[self.operation.verb]
        found = outcomes.rows_of(self.operation, [item.subject_id for item in page.rows])
        for item in page.rows:
            item.subject = found.get(item.subject_id)
            item.code = getattr(item.subject, "code", "")
            item.was = outcomes.was(item, verb)
            item.now = outcomes.state_of(item.subject, verb.shows) if item.subject else "gone"
        return page

    def facet_counts(self, name: str) -> Mapping[str, Tally]:
        """Leave out what has no reason: no value stands for it."""
        return {
            value: tally for value, tally in super().facet_counts(name).items() if value != "None"
        }

    def crumbs(self) -> list[Crumb]:
        return [
            Crumb(
                self.operation.reference,
                reverse("governance:operation-detail", args=[self.operation.pk]),
            ),
            Crumb("Rows"),
        ]

    def toolbar(self) -> list[Link]:
        return [
            Link(
                "All rows as CSV",
                reverse("governance:operation-outcomes", args=[self.operation.pk]),
                "download",
            )
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        self.title = f"Rows of {self.operation}: {titles.title_of(self.operation)}"
        return super().get_context_data(**kwargs)


class OperationOutcomes(PermissionRequiredMixin, View):
    """Every row of a plan with its outcome as CSV, streamed."""

    permission_required = "governance.view_operation"

    def get(self, request: HttpRequest, pk: int) -> StreamingHttpResponse:
        operation = get_object_or_404(Operation, pk=pk)
        return download(lambda: outcomes.as_csv(operation, reader=request.user.pk))
