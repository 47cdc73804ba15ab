"""Reports of playbook runs: as JSON, as the Markdown file that pages offer."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from governance.api.serializers.playbooks import ReportSerializer
from governance.filters.reports import ReportFilter
from governance.models import Report
from governance.reports import body, markdown
from governance.tables.reports import ReportTable
from outreach_admin.api.endpoints import Endpoint
from outreach_admin.api.lists import ListEndpoint, SearchEndpoint
from outreach_admin.api.renderers import JsonRenderer

SEE = "governance.view_report"
MARKDOWN = "text/markdown"


class MarkdownRenderer(BaseRenderer):
    """Writes a report as Markdown; a refusal stays the JSON that it is."""

    media_type = MARKDOWN
    format = "md"

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, Any] | None = None,
    ) -> bytes:
        """Write it."""
        response = (renderer_context or {})["response"]
        if response.exception:
            return JsonRenderer().render(data)
        return markdown.render(data).encode()


class ReportList(ListEndpoint):
    """Every report ever written."""

    permission_required = SEE
    queryset = Report.objects.select_related("run__version__playbook", "run__started_by")
    filterset_class = ReportFilter
    serializer_class = ReportSerializer
    sorts = ReportTable.sorts()
    default_sort = ReportTable.default_sort


class ReportSearch(ReportList, SearchEndpoint):
    """Reports, by a filter in the body."""


class ReportDetail(Endpoint):
    """One report."""

    permission_required = SEE
    renderer_classes: ClassVar[Any] = [JsonRenderer, MarkdownRenderer]
    # what OPTIONS tells of an address is no report, and cannot be written as one
    metadata_class = None

    @extend_schema(
        responses={
            (200, "application/json"): dict[str, Any],
            (200, MARKDOWN): str,
        }
    )
    def get(self, request: Request, pk: int) -> Response:
        """Read one report as it was written when its run ended; as Markdown where Accept asks for that."""
        report = Report.objects.filter(pk=pk).first()
        if report is None:
            raise Http404
        return Response(body.of(report))


class ReportMarkdown(ReportDetail):
    """One report as Markdown."""

    renderer_classes: ClassVar[Any] = [MarkdownRenderer]

    @extend_schema(responses={(200, MARKDOWN): str})
    def get(self, request: Request, pk: int) -> Response:
        """Read one report as a Markdown text."""
        return super().get(request, pk)
