"""Scheduled exports: the list, making and changing one, stopping it, its files."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.urls import reverse
from django.utils.functional import cached_property
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from governance.api.exports import refuse_unless_seen, with_columns
from governance.api.serializers.exports import ExportFileSerializer
from governance.api.serializers.plans import NothingBody
from governance.api.serializers.scheduledexports import (
    ChangeScheduledBody,
    ScheduledBody,
    ScheduledExportSerializer,
)
from governance.filters.exports import ExportFileFilter, ScheduledExportFilter
from governance.models import ExportFile, SavedView, ScheduledExport, Token
from governance.queries import savedviews
from governance.queries import scheduledexports as queries
from governance.resources.exports import EXPORT, EXPORTS, Export
from governance.services.files import scheduled
from outreach_admin.api import bodies, versions
from outreach_admin.api.endpoints import Endpoint
from outreach_admin.api.lists import ListEndpoint, SearchEndpoint, text_of

WHOLE = {200: ScheduledExportSerializer}
TRIAGE: Mapping[str, str] = {"POST": Token.Scope.TRIAGE}


class ScheduledExportListing(ListEndpoint):
    """Every scheduled export, whosever it is."""

    permission_required = EXPORT
    filterset_class = ScheduledExportFilter
    serializer_class = ScheduledExportSerializer
    sorts: Mapping[str, str] = {"made": "id"}
    default_sort = "-made"

    def get_queryset(self) -> QuerySet[Any]:
        """Give all with their last runs."""
        return queries.listed()


class ScheduledExportList(ScheduledExportListing):
    """Scheduled exports by their filter; making one."""

    scopes = TRIAGE

    def check_keys(self, request: Request) -> None:
        """Leave the keys of the list to its filter; a POST takes none."""
        if request.method == "POST":
            Endpoint.check_keys(self, request)

    @extend_schema(
        request=ScheduledBody,
        responses={201: ScheduledExportSerializer},
        examples=[OpenApiExample("Each morning", value=ScheduledBody.example, request_only=True)],
    )
    def post(self, request: Request) -> Response:
        """Have a file written each day or week, in the name of this account and with the rights that it has then."""
        said = bodies.read(ScheduledBody, request.data)
        values = values_of(said, EXPORTS[said["subject"]], by=request.user)
        made = scheduled.make(by=request.user, subject=said["subject"], **values)  # type: ignore[misc]
        where = reverse("api:scheduledexport-detail", args=[made.pk])
        return self.created(ScheduledExportSerializer(made).data, location=where)


class ScheduledExportSearch(ScheduledExportListing, SearchEndpoint):
    """Scheduled exports, by a filter in the body."""


class OfScheduledExport(Endpoint):
    """What is about one scheduled export."""

    permission_required = EXPORT

    @cached_property
    def scheduled(self) -> ScheduledExport:
        """Find it. Raises Http404."""
        return found(self.kwargs["pk"])

    def answer(self) -> Response:
        """Answer with it as it is now, and the tag of its state."""
        now = found(self.kwargs["pk"])
        return Response(ScheduledExportSerializer(now).data, headers={"ETag": tag_of(now)})


class ScheduledExportDetail(OfScheduledExport):
    """One scheduled export."""

    scopes = TRIAGE
    refusals = (412,)

    @extend_schema(responses=WHOLE)
    def get(self, request: Request, pk: int) -> Response:
        """Read one with its last run, and when it is due next."""
        return self.answer()

    @extend_schema(
        request=ChangeScheduledBody,
        responses=WHOLE,
        examples=[
            OpenApiExample("On Mondays", value=ChangeScheduledBody.example, request_only=True)
        ],
    )
    def post(self, request: Request, pk: int) -> Response:
        """Change what the body names; the rest stays. Its owner alone may."""
        said = bodies.read(ChangeScheduledBody, request.data)
        self.matching(tag_of(self.scheduled))
        values = values_of(said, EXPORTS[self.scheduled.subject], by=request.user)
        scheduled.edit(self.scheduled, by=request.user, **values)  # type: ignore[arg-type]
        return self.answer()


class ScheduledExportAction(OfScheduledExport):
    """Something done to one scheduled export."""

    scope = Token.Scope.TRIAGE
    refusals = (412,)

    def ready(self) -> ScheduledExport:
        """Find it in the state that was seen, and refuse a body that says anything."""
        bodies.read(NothingBody, self.request.data)
        self.matching(tag_of(self.scheduled))
        return self.scheduled


class ScheduledExportStop(ScheduledExportAction):
    """Stop it."""

    @extend_schema(request=NothingBody, responses=WHOLE)
    def post(self, request: Request, pk: int) -> Response:
        """Let no more files be written; those that are there stay for a week."""
        scheduled.stop(self.ready(), by=request.user)  # type: ignore[arg-type]
        return self.answer()


class ScheduledExportStart(ScheduledExportAction):
    """Start it again."""

    @extend_schema(request=NothingBody, responses=WHOLE)
    def post(self, request: Request, pk: int) -> Response:
        """Let a stopped one go on; what was due meanwhile is not made up."""
        scheduled.start(self.ready(), by=request.user)  # type: ignore[arg-type]
        return self.answer()


class ScheduledExportLook(ScheduledExportAction):
    """State that somebody has looked."""

    @extend_schema(request=NothingBody, responses=WHOLE)
    def post(self, request: Request, pk: int) -> Response:
        """State that somebody has looked at what failed or came out empty: the overview no longer tells of it."""
        scheduled.look(self.ready(), by=request.user)  # type: ignore[arg-type]
        return self.answer()


class ScheduledExportFiles(ListEndpoint):
    """The files of one scheduled export, the last due first; fetched as those asked for."""

    permission_required = EXPORT
    filterset_class = ExportFileFilter
    serializer_class = ExportFileSerializer
    sorts: Mapping[str, str] = {"created": "created_at"}
    default_sort = "-created"

    def get_queryset(self) -> QuerySet[Any]:
        """Give its files. Raises Http404."""
        of = self.kwargs.get("pk")
        if of is None:
            return ExportFile.objects.none()
        one = found(of)
        refuse_unless_seen(self.request.user, EXPORTS[one.subject])
        return ExportFile.objects.filter(scheduled=one)


def found(pk: int) -> ScheduledExport:
    """Find one with its last run. Raises Http404."""
    one = queries.listed().filter(pk=pk).first()
    if one is None:
        raise Http404
    return one


def tag_of(one: ScheduledExport) -> str:
    """Name its state."""
    return versions.tag_of(one.pk, one.version)


def values_of(said: Mapping[str, Any], export: Export, *, by: Any) -> dict[str, Any]:
    """Read what a body names as columns. Raises BadRequest for what is no filter, ValidationError, Refused (403) without the right to see the rows."""
    refuse_unless_seen(by, export)
    values = {name: said[name] for name in said if name not in ("subject", "filter", "columns")}
    if "filter" in said and "view" in said:
        raise ValidationError({"view": "Rows come from a filter or from a view, not from both."})
    if "filter" in said:
        values["filter"] = export.from_text(text_of(said["filter"])).canonical()
    if "view" in said:
        values["view"] = _view(said["view"], export, by=by)
    if "columns" in said:
        values["columns"] = ",".join(with_columns(export, said["columns"]).chosen)
    return values


def _view(pk: int, export: Export, *, by: Any) -> SavedView:
    view = savedviews.visible(by).filter(pk=pk, page=export.list_url).first()
    if view is None:
        raise ValidationError({"view": f"You see no such view of {export.nouns}."})
    export.from_view(view)
    return view
