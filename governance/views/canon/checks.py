"""Reports of the canon's checks: repositories, the reports of one, the findings of one."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property

from governance.charts import checks as charts
from governance.filters.canon.checks import (
    CheckFindingFilter,
    OpenBeforeFilter,
    ReportOfRepositoryFilter,
    RepositoryFilter,
)
from governance.models import CheckedRepository, CheckFinding, CheckReport
from governance.queries.canon import checks
from governance.resources.checks import of_findings
from governance.resources.exports import EXPORT
from governance.tables.canon.checks import (
    CheckFindingTable,
    CheckReportTable,
    ClosedTable,
    RepositoryTable,
    commit,
    figure,
)
from governance.views.canon.base import AboutTools
from governance.views.files.exports import download
from outreach_admin.ui.pages.base import Crumb, Link
from outreach_admin.ui.pages.lists import TablePage
from outreach_admin.ui.tables import Table

SEE_CHECKS = "governance.view_checkreport"
LIST = "governance:check-list"
# reports that the picture of a repository shows
HISTORY = 30
FIGURES = (
    "open",
    "unreadable",
    "opened",
    "closed",
    "newly_waived",
    "waived",
    "ending",
    "known",
)


class CheckPage(AboutTools, TablePage):
    """A list that belongs to the checks."""

    permission_required = SEE_CHECKS
    nav = LIST


class RepositoryList(CheckPage):
    """Every repository that sent a report, with its last one."""

    title = "Checks"
    template_name = "governance/canon/listed.html"
    table_class = RepositoryTable
    filterset_class = RepositoryFilter
    empty_hint = "CI sends reports with “canon_check --send”, and a token of the scope “checks”."

    def get_queryset(self) -> QuerySet[CheckedRepository]:
        return checks.repositories()

    def _table(self) -> Table:
        table = super()._table()
        shown = [row.pk for row in self.rows.rows]
        table.trends = checks.trends(shown)  # type: ignore[attr-defined]
        return table


class RepositoryDetail(CheckPage):
    """The reports of a repository over time."""

    template_name = "governance/checks/repository.html"
    table_class = CheckReportTable
    filterset_class = ReportOfRepositoryFilter

    @cached_property
    def repository(self) -> CheckedRepository:
        return get_object_or_404(checks.repositories(), pk=self.kwargs["pk"])

    @property
    def title(self) -> str:  # type: ignore[override]
        return self.repository.name

    def crumbs(self) -> list[Crumb]:
        return [Crumb(self.title)]

    def get_queryset(self) -> QuerySet[CheckReport]:
        return self.repository.reports.defer("notes", "left_out")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Give the picture of the last reports on the branch of the last one."""
        context: dict[str, Any] = {"repository": self.repository}
        last = self.repository.last
        if last and not self.part:
            past = checks.past(self.repository, last.branch, HISTORY)
            context |= {
                "last": last,
                "chart": charts.over_time(past) if past else None,
            }
        return super().get_context_data(**context | kwargs)


class OfReport(CheckPage):
    """A list that belongs to one report."""

    @cached_property
    def report(self) -> CheckReport:
        known = CheckReport.objects.with_names().select_related("before")
        return get_object_or_404(known, pk=self.kwargs["pk"])

    def crumbs(self) -> list[Crumb]:
        name = self.report.repository.name
        address = reverse("governance:check-repository", args=[self.report.repository_id])
        return [Crumb(name, address), Crumb(self.title)]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = {"report": self.report, "commit": commit(self.report)}
        return super().get_context_data(**context | kwargs)


class ReportDetail(OfReport):
    """A report: its figures, and its findings as a list."""

    template_name = "governance/checks/report.html"
    table_class = CheckFindingTable
    filterset_class = CheckFindingFilter
    empty_hint = "Nothing was found."

    @property
    def title(self) -> str:  # type: ignore[override]
        return str(self.report)

    def get_queryset(self) -> QuerySet[CheckFinding]:
        return checks.within(self.report)

    def toolbar(self) -> list[Link]:
        if not self.request.user.has_perm(EXPORT):
            return []
        address = reverse("governance:check-file", args=[self.report.pk])
        return [Link("CSV", f"{address}?{self.filterset.canonical()}", "download")]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Give each figure as a link to its findings."""
        report = self.report
        shown = {name: figure(report, name) for name in FIGURES}
        if report.before:
            shown["before"] = figure(report.before, "open")
        context = {
            "figures": shown,
            "more_notes": report.notes_count - len(report.notes),
            "more_left_out": report.left_out_count - len(report.left_out),
        }
        return super().get_context_data(**context | kwargs)


class ReportFile(ReportDetail):
    """The findings of that list as a CSV."""

    permission_required = (EXPORT, SEE_CHECKS)  # type: ignore[assignment]

    def get(  # type: ignore[override]
        self, request: HttpRequest, *args: Any, **kwargs: Any
    ) -> StreamingHttpResponse:
        """Send the file: of the filter that it states."""
        self.filterset.check()
        export = of_findings(self.get_queryset)
        return download(
            lambda: export.stream(
                export.from_text(self.filterset.canonical()),
                "csv",
                reader=request.user.pk,
            )
        )


class ClosedList(OfReport):
    """What was open in the report before one, and is no longer."""

    template_name = "governance/checks/closed.html"
    title = "Closed"
    table_class = ClosedTable
    filterset_class = OpenBeforeFilter
    empty_hint = "Nothing that was open in the report before is closed in this one."

    def crumbs(self) -> list[Crumb]:
        repository, _ = super().crumbs()
        address = reverse("governance:check-report", args=[self.report.pk])
        return [repository, Crumb(str(self.report), address), Crumb(self.title)]

    def get_queryset(self) -> QuerySet[CheckFinding]:
        return checks.closed(self.report)
