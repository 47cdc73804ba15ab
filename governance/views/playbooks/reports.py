"""Reports of playbook runs: the list, the page, the downloads."""

import json
from typing import Any

from django.contrib.auth.mixins import PermissionRequiredMixin
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.functional import cached_property
from django.views import View

from governance.filters.reports import ReportFilter
from governance.models import Report
from governance.queries import people
from governance.reports import body, markdown
from governance.tables.reports import ReportTable
from outreach_admin.ui.pages.base import Crumb, Page
from outreach_admin.ui.pages.lists import TablePage

SAMPLE_SHOWN = 10


class ReportList(TablePage):
    """Every report ever written."""

    permission_required = "governance.view_report"
    title = "Reports"
    queryset = Report.objects.select_related("run__version__playbook", "run__started_by")
    table_class = ReportTable
    filterset_class = ReportFilter
    empty_hint = "A playbook run writes its report when it ends."


class ReportDetail(Page):
    """One report, as it was written when its run ended."""

    permission_required = "governance.view_report"
    template_name = "governance/playbooks/reports/detail.html"
    nav = "governance:report-list"

    @cached_property
    def report(self) -> Report:
        return get_object_or_404(
            Report.objects.select_related("run__version__playbook"), pk=self.kwargs["pk"]
        )

    def crumbs(self) -> list[Crumb]:
        return [Crumb(str(self.report))]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Give the stored content in its reading order."""
        found = body.of(self.report)
        self.title = f"{found['run']['playbook']} report"
        context = {
            "report": self.report,
            "body": found,
            "shortfall": markdown.listed(body.shortfall(found)),
            "people": people.names([found["run"]["executor"], *found["run"]["approvers"]]),
            "summary": [(markdown.label(name), rows) for name, rows in found["actions"].items()],
            "tiers": markdown.tier_rows(found),
            "not_ready": markdown.not_ready_rows(found),
            "not_ready_total": sum(found["not_ready"].values()),
            "audit": [
                (action, rows) for action, rows in found["audit"].items() if action != "total"
            ],
            "sample": json.dumps(found["sample"][:SAMPLE_SHOWN], indent=2, ensure_ascii=False),
            "sample_shown": min(SAMPLE_SHOWN, len(found["sample"])),
            "passed": sum(line["passed"] for line in found["compliance"]),
        }
        return super().get_context_data(**context | kwargs)


class ReportDownload(PermissionRequiredMixin, View):
    """A report as a Markdown or JSON file."""

    permission_required = "governance.view_report"

    def get(self, request: HttpRequest, pk: int, form: str) -> HttpResponse:
        found = body.of(get_object_or_404(Report, pk=pk))
        if form == "md":
            text, kind = markdown.render(found), "text/markdown"
        elif form == "json":
            text, kind = json.dumps(found, indent=2, ensure_ascii=False) + "\n", "application/json"
        else:
            raise Http404
        name = f"{found['run']['slug']}-{found['run']['reference'].lower()}.{form}"
        return HttpResponse(
            text,
            content_type=f"{kind}; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )
