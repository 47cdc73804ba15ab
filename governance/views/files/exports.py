"""Files that go out: as they are made, or written by a worker and fetched later."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from django.contrib import messages
from django.contrib.auth.mixins import PermissionRequiredMixin
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseRedirect,
    QueryDict,
    StreamingHttpResponse,
)
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.views import View

from governance.exceptions import StateRefused
from governance.models import ExportFile, ScheduledExport
from governance.resources.exports import EXPORT, EXPORTS, FORMATS, Export
from governance.services.files import exports
from governance.templatetags.addresses import with_query
from outreach_admin.exceptions import BadRequest
from outreach_admin.lists import kept
from outreach_admin.lists.files import copies, streams, workbooks
from outreach_admin.lists.filters import PLACE_KEYS, StrictFilterSet
from outreach_admin.lists.seats import SEATS, Seated
from outreach_admin.ui.pages.base import Crumb, Link, Page
from outreach_admin.ui.pages.stale import parted

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CONTENT_TYPES = {"csv": "text/csv; charset=utf-8", "json": "application/json"}
KEPT_TYPES = CONTENT_TYPES | {"xlsx": XLSX}
HEADERS = ("comment", "plain")
NEWEST = 100
ANEW = "The list of exports offers to write it anew."


def download(begin: Callable[[], streams.Stream]) -> StreamingHttpResponse:
    """Take a seat, begin an export and send it as it is made; its headers state filter, moment and count."""
    seat = SEATS.take()
    try:
        stream = begin()
    except BaseException:
        seat.free()
        raise
    response = StreamingHttpResponse(
        Seated(stream.blocks, seat, end=stream.blocks.close),
        content_type=CONTENT_TYPES[stream.format],
        headers=stream.headers,
    )
    return attached(response, stream.filename)


def sent(path: Path, filename: str) -> StreamingHttpResponse:
    """Take a seat and send a file that is there. Raises exports.NOT_THERE."""
    seat = SEATS.take()
    try:
        file = path.open("rb")
    except BaseException:
        seat.free()
        raise
    blocks = iter(partial(file.read, copies.BLOCK_BYTES), b"")
    response = StreamingHttpResponse(
        Seated(blocks, seat, end=file.close),
        content_type=KEPT_TYPES[path.suffix.removeprefix(".")],
        headers={"Content-Length": str(path.stat().st_size)},
    )
    return attached(response, filename)


def attached(response: StreamingHttpResponse, filename: str) -> StreamingHttpResponse:
    """Let the browser store it as a file, and nothing on the way keep it."""
    response["Content-Disposition"] = f'attachment; filename="{filename}"'
    response["Cache-Control"] = "no-store"
    response["X-Accel-Buffering"] = "no"
    return response


def links(url_name: str, request: HttpRequest) -> list[Link]:
    """Give a list's toolbar its way out, for those who may: the page that offers the formats, with the list's filter."""
    export = next(export for export in EXPORTS.values() if export.url == url_name)
    if not request.user.has_perms(export.permissions):
        return []
    query = request.GET.copy()
    # the columns of a list are not those of its files
    for key in (*PLACE_KEYS, "columns"):
        query.pop(key, None)
    return [
        Link(
            "Export",
            f"{reverse(url_name)}?{query.urlencode()}" if query else reverse(url_name),
            "download",
        )
    ]


class ExportPage(Page):
    """What matches a filter, offered as CSV, JSON and XLSX; `?format=` sends the file at once.

    Posting the same address asks for the XLSX, which a worker writes.
    """

    export: Export = EXPORTS["errors"]
    # state of the address that is not the filter's
    ways = ("format", "header", "columns")
    title = "Export"
    template_name = "governance/files/exports/new.html"

    def get_permission_required(self) -> tuple[str, ...]:
        """Ask for the right to export and to see the rows."""
        return self.export.permissions

    @property
    def nav(self) -> str:  # type: ignore[override]
        """Belong to the list whose rows go out."""
        return self.export.list_url

    def crumbs(self) -> list[Crumb]:
        return [Crumb("Export")]

    @cached_property
    def asked(self) -> QueryDict:
        """Read the address without what says how."""
        data = self.request.GET.copy()
        for key in self.ways:
            data.pop(key, None)
        return data

    @cached_property
    def wanted(self) -> Export:
        """Read which columns go out; the names stand in several keys or with commas in one."""
        asked = self.request.GET.getlist("columns")
        names = ",".join(asked).split(",") if asked else []
        return self.export.with_columns(names)

    @cached_property
    def filterset(self) -> StrictFilterSet:
        """Read the filter; a refusal leads to the list, where what is left of the filter shows its rows first."""
        try:
            return self.export.filtered(self.asked)
        except BadRequest as refusal:
            rest = parted(self.asked, self.export.filterset).kept.urlencode()
            refusal.way_out = f"{reverse(self.export.list_url)}?{rest or 'view=all'}"
            raise

    def get(
        self, request: HttpRequest, *args: Any, **kwargs: Any
    ) -> HttpResponse | StreamingHttpResponse:  # type: ignore[override]
        """Send the file, or show what is offered."""
        wanted = chosen(request.GET, "format", ("", *FORMATS))
        comments = chosen(request.GET, "header", HEADERS) == "comment"
        if wanted in CONTENT_TYPES:
            return download(
                lambda: self.wanted.stream(
                    self.filterset, wanted, comments=comments, reader=request.user.pk
                )
            )
        return super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest) -> HttpResponseRedirect:
        rows = self.filterset.qs.count()
        exports.request(
            subject=self.export.name,
            filter=self.filterset.canonical(),
            columns=self.wanted.chosen,
            rows=rows,
            by=request.user,  # type: ignore[arg-type]
        )
        messages.success(
            request,
            f"An XLSX of {rows:,} {self.export.nouns} will be written. You can leave this page; the file stays here for a week.",
        )
        return redirect("governance:export-list")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """State filter and count, and where each format leads."""
        count = self.filterset.qs.count()
        context = {
            "export": self.export,
            "filterset": self.filterset,
            "count": count,
            "files": self._formats(),
            "campaign": self._campaign(),
            "regularly": self._regularly(),
            "columns": self._columns(),
            "number": len(self.wanted.shown),
            "fits": count <= workbooks.MOST_ROWS,
            "most_letters": workbooks.MOST_LETTERS,
        }
        return super().get_context_data(**context | {"most": workbooks.MOST_ROWS} | kwargs)

    def _campaign(self) -> str:
        """Lead to where a campaign is given the same rows, if it may be."""
        if not self.export.campaign:
            return ""
        text = kept.shortened(self.filterset.canonical(), self.request.GET)
        return with_query(reverse(self.export.campaign), {}, text)

    def _regularly(self) -> str:
        """Lead to where the same rows and columns are asked for each day or week, if they may be."""
        if self.export.name not in ScheduledExport.Subject.values:
            return ""
        address = reverse("governance:scheduledexport-new", args=[self.export.name])
        text = kept.shortened(self.filterset.canonical(), self.request.GET)
        wanted = {"columns": ",".join(self.wanted.chosen), "view": self.request.GET.get("view")}
        return with_query(address, wanted, text)

    def _columns(self) -> list[tuple[str, bool]]:
        """List the columns, those that go out first and in their order."""
        shown = self.wanted.shown
        names = dict.fromkeys([*shown, *self.export.columns])
        return [(name, name in shown) for name in names]

    def _formats(self) -> dict[str, str]:
        query = self.filterset.query()
        if self.wanted.chosen:
            query["columns"] = ",".join(self.wanted.chosen)
        wanted = {
            "csv": {"format": "csv"},
            "plain": {"format": "csv", "header": "plain"},
            "json": {"format": "json"},
        }
        found = {}
        for name, keys in wanted.items():
            address = query.copy()
            address.update(keys)
            found[name] = f"{self.request.path}?{address.urlencode()}"
        return found | {"xlsx": f"{self.request.path}?{query.urlencode()}"}


class ExportFiles(Page):
    """The files this person asked for; those of schedules stand with their exports."""

    permission_required = EXPORT
    title = "Exports"
    template_name = "governance/files/exports/list.html"
    part_template = "governance/files/exports/_files.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """List the newest files; the page asks again while one is being written."""
        files = list(ExportFile.objects.asked_by(self.request.user)[:NEWEST])
        listed = [Listed.of(file) for file in files]
        under_way = any(
            file.state in (ExportFile.State.QUEUED, ExportFile.State.RUNNING) for file in files
        )
        return super().get_context_data(files=listed, under_way=under_way, newest=NEWEST, **kwargs)


class Listed(NamedTuple):
    """A file in the list: what is to be said of it, and where it can be asked for anew when it cannot be had."""

    file: ExportFile
    note: str
    anew: str

    @classmethod
    def of(cls, file: ExportFile) -> "Listed":
        """Look whether a file that was written is still there."""
        note = exports.GONE if exports.is_gone(file) else file.note
        lost = file.state in (ExportFile.State.FAILED, ExportFile.State.EXPIRED)
        if not (lost or note == exports.GONE) or file.subject not in EXPORTS:
            return cls(file, note, "")
        address = reverse(EXPORTS[file.subject].url)
        return cls(file, note, with_query(address, {"columns": file.columns}, file.filter))


class ExportDownload(PermissionRequiredMixin, View):
    """One file, for the person who asked for it; one that came by a schedule, for all who may see its rows."""

    permission_required = EXPORT

    def get(self, request: HttpRequest, pk: int) -> StreamingHttpResponse:
        file = ExportFile.objects.seen_by(request.user).filter(pk=pk).first()
        export = EXPORTS.get(file.subject) if file else None
        if file is None or export is None or not request.user.has_perms(export.permissions):
            raise Http404("You have asked for no such file.")
        if file.state != ExportFile.State.READY:
            raise StateRefused(
                f"This file is not there: {file.note or file.get_state_display().lower()}",
                what_to_do=ANEW,
            )
        path = exports.path_of(file)
        try:
            return sent(path, path.name.partition("-")[2])
        except exports.NOT_THERE:
            raise StateRefused(exports.GONE, what_to_do=ANEW) from None


def chosen(data: QueryDict, key: str, offered: tuple[str, ...]) -> str:
    """Read a choice from the address, the first one by default. Raises BadRequest."""
    value = data.get(key, offered[0])
    if value not in offered or len(data.getlist(key)) > 1:
        raise BadRequest(
            f"“{value}” is not a {key} of an export.",
            what_to_do=f"Offered: {', '.join(filter(None, offered))}.",
        )
    return value
