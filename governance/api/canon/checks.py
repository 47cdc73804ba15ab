"""Reports of the canon's checks: sent by CI, read by whoever wants figures of them."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import reverse
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from governance.api.serializers.canon.checks import (
    CheckFindingSerializer,
    CheckReportBody,
    CheckReportSerializer,
    StoredReportSerializer,
)
from governance.canon.checks.reports import LARGEST, VERSION
from governance.exceptions import ReportRefused
from governance.filters.canon.checks import CheckFindingFilter, CheckReportFilter
from governance.models import CheckFinding, CheckReport, Token
from governance.queries.canon import checks as found
from governance.services.canon import checks
from outreach_admin.api import bodies
from outreach_admin.api.endpoints import Endpoint
from outreach_admin.api.lists import ListEndpoint

SEE = "governance.view_checkreport"
ONE = OpenApiExample(
    "A report of canon_check",
    value=CheckReportBody.example,
    request_only=True,
)


class CheckList(ListEndpoint):
    """Reports of all repositories, the newest first; a POST sends one."""

    permission_required = SEE
    scopes: Mapping[str, str] = {"POST": Token.Scope.CHECKS}
    rights: Mapping[str, str | tuple[str, ...]] = {"POST": checks.RIGHT}
    largest = LARGEST
    queryset = CheckReport.objects.with_names().defer("notes", "left_out")
    filterset_class = CheckReportFilter
    serializer_class = CheckReportSerializer
    sorts = {"checked": "checked_at"}
    default_sort = "-checked"

    def check_keys(self, request: Request) -> None:
        """Leave the keys of a list to its filter; a POST takes none."""
        if request.method == "POST":
            Endpoint.check_keys(self, request)

    @extend_schema(
        request=CheckReportBody,
        responses=dict.fromkeys((200, 201), StoredReportSerializer),
        examples=[ONE],
    )
    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Keep a report, as `canon_check` wrote it to its file; the same one again is the same (200).

        Up to 20,000 findings and 32 MiB. It is set against the one before it of the same repository and branch.
        """
        _demand_version(request.data)
        said = bodies.read(CheckReportBody, request.data)
        report, is_new = checks.store(said, by=request.user)
        report = CheckReport.objects.with_names().get(pk=report.pk)
        page = reverse("governance:check-report", args=[report.pk])
        report.address = request.build_absolute_uri(page)  # type: ignore[attr-defined]
        answer = StoredReportSerializer(report).data
        location = reverse("api:check-detail", args=[report.pk])
        if is_new:
            return self.created(answer, location=location)
        return Response(answer, headers={"Location": location})


class CheckDetail(Endpoint):
    """One report, without its findings."""

    permission_required = SEE

    @extend_schema(responses={200: CheckReportSerializer})
    def get(self, request: Request, pk: int) -> Response:
        """Say what was found, and what has changed since the report before it."""
        report = get_object_or_404(CheckReport.objects.with_names(), pk=pk)
        return Response(CheckReportSerializer(report).data)


class CheckFindings(ListEndpoint):
    """The findings of a report, in the order of their places."""

    permission_required = SEE
    filterset_class = CheckFindingFilter
    serializer_class = CheckFindingSerializer
    sorts = {"place": "place"}
    default_sort = "place"

    @cached_property
    def report(self) -> CheckReport:
        return get_object_or_404(CheckReport, pk=self.kwargs["pk"])

    def get_queryset(self) -> QuerySet[CheckFinding]:
        return found.within(self.report)


def _demand_version(said: Any) -> None:
    """Refuse a report of another form before its members are looked at. Raises ReportRefused."""
    version = said.get("version") if isinstance(said, dict) else VERSION
    if type(version) is int and version != VERSION:
        raise ReportRefused(
            f"A report of version {version} is not known here.",
            what_to_do=f"Send one of version {VERSION}: check with the canon_check of this console.",
        )
