"""Files that go out: asked for, made in the background and fetched, or sent as they are made."""

from collections.abc import Callable
from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, QueryDict, StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from governance.api.serializers.exports import ExportFileSerializer, WantedFileSerializer
from governance.exceptions import StateRefused
from governance.filters.exports import ExportFileFilter
from governance.filters.hubs import HubRowFilter
from governance.models import ExportFile
from governance.resources.exports import EXPORT, EXPORTS, FORMATS, Export
from governance.services.files import exports
from governance.views.files.exports import CONTENT_TYPES, HEADERS, chosen, download, sent
from outreach_admin.api.endpoints import Endpoint
from outreach_admin.api.lists import ListEndpoint, text_of
from outreach_admin.exceptions import BadRequest, ExportRefused, Refused
from outreach_admin.lists.filters import StrictFilterSet

KEYS = ("name", "format", "filter", "columns")
State = ExportFile.State
# seconds until it is worth asking again: how far a file is, and for a download
SOON, LATER = "2", 60
NO_RIGHT = "The account of this token does not have the right this needs."
NOT_MINE = "You have asked for no such file."
AS_FILE = {
    (200, "text/csv"): OpenApiTypes.BINARY,
    (200, "application/json"): OpenApiTypes.OBJECT,
}


def seated(begin: Callable[[], StreamingHttpResponse]) -> StreamingHttpResponse:
    """Send a file, or say when to ask for it again."""
    try:
        return begin()
    except ExportRefused as refusal:
        if refusal.status == 429:
            refusal.wait = LATER  # type: ignore[attr-defined]
        raise


def refuse_unless_seen(user: Any, export: Export) -> None:
    """Raise Refused (403) for who may not see the rows."""
    if not user.has_perms(export.permissions):
        raise Refused(NO_RIGHT, what_to_do="Ask an admin for the right.", status=403)


class ExportFiles(ListEndpoint):
    """The files that this account asked for; those of schedules stand with their exports."""

    permission_required = EXPORT
    filterset_class = ExportFileFilter
    serializer_class = ExportFileSerializer
    sorts = {"created": "created_at"}
    default_sort = "-created"

    def check_keys(self, request: Request) -> None:
        """Leave it to the filter, which only a list reads."""
        if request.method == "POST":
            Endpoint.check_keys(self, request)

    def get_queryset(self) -> QuerySet[ExportFile]:
        """Give the files of this account."""
        return ExportFile.objects.asked_by(self.request.user)

    @extend_schema(
        request=WantedFileSerializer,
        responses={201: ExportFileSerializer},
        examples=[
            OpenApiExample(
                "Companies that can be promoted",
                {"name": "readiness", "format": "csv", "filter": {"promotable": "true"}},
                request_only=True,
            )
        ],
    )
    def post(self, request: Request) -> Response:
        """Ask for a file, which a worker writes; its address says when it is ready."""
        wanted = Wanted.of(request.data)
        refuse_unless_seen(request.user, wanted.export)
        filterset = wanted.export.from_text(wanted.filter)
        is_sheet = wanted.format == "xlsx"
        file = exports.request(
            subject=wanted.export.name,
            filter=filterset.canonical(),
            columns=wanted.export.chosen,
            rows=filterset.qs.count() if is_sheet else 0,
            by=request.user,  # type: ignore[arg-type]
            format=wanted.format,
        )
        file.refresh_from_db()
        response = self.created(
            ExportFileSerializer(file).data,
            location=f"{request.path.rstrip('/')}/{file.pk}/",
        )
        response["Retry-After"] = SOON
        return response


class Wanted:
    """What a body asks for."""

    def __init__(self, export: Export, format: str, filter: str) -> None:
        self.export = export
        self.format = format
        self.filter = filter

    @classmethod
    def of(cls, body: Any) -> "Wanted":
        """Read it. Raises BadRequest for unknown keys and for what is no filter, ValidationError for wrong values."""
        if not isinstance(body, dict):
            raise BadRequest("The body is not an object.")
        for key in body:
            if key not in KEYS:
                raise BadRequest(
                    f"Unknown key “{key[:60]}”. Nothing was done.",
                    key=key[:60],
                    offered=KEYS,
                )
        given = {"name": None} | body
        wrong = {name: said for name in given if (said := _wrong_with(name, given[name]))}
        if wrong:
            raise ValidationError(wrong)
        export = with_columns(EXPORTS[body["name"]], body.get("columns") or [])
        return cls(export, body.get("format") or "csv", text_of(body.get("filter")))


def _wrong_with(name: str, value: Any) -> str:
    if name == "name" and not (isinstance(value, str) and value in EXPORTS):
        return f"It cannot be exported. Offered: {', '.join(EXPORTS)}."
    if name == "format" and not (isinstance(value, str) and value in FORMATS):
        return f"It is not a format of an export. Offered: {', '.join(FORMATS)}."
    if name == "columns" and not _are_texts(value):
        return "It is not a list of names."
    return ""


def _are_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


def with_columns(export: Export, names: list[str]) -> Export:
    """Choose columns that a body names. Raises ValidationError for one that there is not."""
    try:
        return export.with_columns(names)
    except BadRequest as refusal:
        said = f"{refusal.sentence} {refusal.what_to_do}"
        raise ValidationError({"columns": said}) from refusal


class OneFile(Endpoint):
    """Whatever is about one file of this account."""

    permission_required = EXPORT

    @cached_property
    def file(self) -> ExportFile:
        """Find the file. Raises Refused (404) for those of others that came by no schedule."""
        seen = ExportFile.objects.seen_by(self.request.user)
        found = seen.filter(pk=self.kwargs["pk"]).first()
        if found is None:
            raise Refused(NOT_MINE, status=404)
        return found


class ExportDetail(OneFile):
    """One file that was asked for."""

    @extend_schema(responses={200: ExportFileSerializer})
    def get(self, request: Request, pk: int) -> Response:
        """Read how far a file is; while it is made, Retry-After says when to ask again."""
        is_under_way = self.file.state in ExportFile.UNDER_WAY
        return Response(
            ExportFileSerializer(self.file).data,
            headers={"Retry-After": SOON} if is_under_way else {},
        )


class Sending(Endpoint):
    """Whatever is answered by a file: in its own format, whichever one is accepted."""

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:
        """Refuse none."""
        return super().perform_content_negotiation(request, force=True)


class ExportDownload(OneFile, Sending):
    """A file that was made."""

    refusals = (409,)

    @extend_schema(responses=AS_FILE)
    def get(self, request: Request, pk: int) -> StreamingHttpResponse:
        """Fetch a file that is ready."""
        file = self.file
        if file.subject not in EXPORTS:
            raise Refused(NOT_MINE, status=404)
        refuse_unless_seen(request.user, EXPORTS[file.subject])
        if file.state != State.READY:
            said = file.note or file.get_state_display().lower()
            raise StateRefused(
                f"This file is not there: {said}",
                what_to_do="Wait until it is ready, or ask for it anew.",
            )
        path = exports.path_of(file)
        try:
            return seated(lambda: sent(path, path.name.partition("-")[2]))
        except exports.NOT_THERE:
            raise StateRefused(exports.GONE, what_to_do="Ask for it anew.") from None


class ExportRows(Sending):
    """The rows of a list as a file, sent as it is made."""

    export_name = ""
    ways = ("format", "header", "columns")

    def check_keys(self, request: Request) -> None:
        """Leave it to the filter, which knows its own keys."""

    @property
    def read_by(self) -> type[StrictFilterSet]:
        """Name the filter that says which rows, for the schema."""
        return EXPORTS[self.export_name].filterset if self.export_name else HubRowFilter

    @property
    def export(self) -> Export:
        """Find what goes out. Raises Http404."""
        found = EXPORTS.get(self.export_name or self.kwargs.get("table", ""))
        if found is None:
            raise Http404
        return found

    def rights_for(self, method: str | None) -> tuple[str, ...]:
        """Ask for the right to export and to see the rows."""
        return self.export.permissions if self.export_name or self.kwargs else (EXPORT,)

    @cached_property
    def asked(self) -> QueryDict:
        return self.request.query_params

    @cached_property
    def wanted(self) -> Export:
        """Read which columns go out; the names stand in several keys or with commas in one."""
        named = self.asked.getlist("columns")
        return self.export.with_columns(",".join(named).split(",") if named else [])

    @cached_property
    def filterset(self) -> StrictFilterSet:
        """Read the filter."""
        data = self.asked.copy()
        for key in self.ways:
            data.pop(key, None)
        return self.export.from_text(data.urlencode())

    @extend_schema(
        parameters=[
            OpenApiParameter("format", enum=[*CONTENT_TYPES], description="By default csv."),
            OpenApiParameter(
                "header",
                enum=[*HEADERS],
                description="`plain` leaves out the lines that state filter, time and count.",
            ),
            OpenApiParameter("columns", many=True, description="All of them where none is named."),
        ],
        responses=AS_FILE,
    )
    def get(self, request: Request, **kwargs: Any) -> StreamingHttpResponse:
        """Send what matches the filter of the list as CSV or JSON; its headers state filter, time and count."""
        format = chosen(self.asked, "format", tuple(CONTENT_TYPES))
        comments = chosen(self.asked, "header", HEADERS) == "comment"
        wanted, filterset = self.wanted, self.filterset
        return seated(
            lambda: download(
                lambda: wanted.stream(
                    filterset,
                    format,
                    comments=comments,
                    reader=request.user.pk,
                )
            )
        )


class ErrorRows(ExportRows):
    """Live errors as a file."""

    export_name = "errors"


class ArchiveRows(ExportRows):
    """Archived errors as a file."""

    export_name = "archive"


class CompanyRows(ExportRows):
    """Companies as a file."""

    export_name = "readiness"


class AuditRows(ExportRows):
    """The audit trail as a file."""

    export_name = "audit"


class HubTableRows(ExportRows):
    """Rows of a hub table as a file, in the columns in which they can come in again."""
