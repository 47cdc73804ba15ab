"""Errors that come in by file: upload, what the check found, the decision."""

import csv
from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.contrib.auth.mixins import PermissionRequiredMixin
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseRedirect,
    StreamingHttpResponse,
)
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.views import View

from governance import subjects
from governance.forms.imports import UploadForm
from governance.models import ErrorTable, ImportFile, ImportRow
from governance.queries import imports
from governance.resources import errors
from governance.resources.csvfiles import MOST_BYTES, TooLargeRefused
from governance.services.files import imports as file_imports
from governance.verbs import registry
from governance.verbs.base import Verb
from governance.views.files.exports import download
from outreach_admin.exceptions import BadRequest, Refused
from outreach_admin.lists.files import streams
from outreach_admin.ui import figures
from outreach_admin.ui.pages.base import Crumb, Page

PERMISSION = "governance.import_huberror"
SHOWN_PROBLEMS = 100
SHOWN_ROWS = 5
NEWEST = 10


class ErrorImport(Page):
    """Upload a CSV; it is checked at once and nothing is imported yet."""

    permission_required = PERMISSION
    title = "Import errors"
    nav = "governance:error-list"
    template_name = "governance/files/imports/new.html"

    def crumbs(self) -> list[Crumb]:
        return [Crumb("Import")]

    def post(self, request: HttpRequest) -> HttpResponse:
        """Check the file and show what was found."""
        form = UploadForm(request.POST, request.FILES)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form), status=422)
        try:
            file = self.check(form)
        except Refused as refusal:
            form.add_error("file", f"{refusal.sentence} {refusal.what_to_do}")
            return self.render_to_response(self.get_context_data(form=form), status=refusal.status)
        if file.remark:
            messages.info(request, f"{file.name}: {file.remark}")
        return redirect("governance:import-detail", pk=file.pk)

    def check(self, form: UploadForm) -> ImportFile:
        """Check the file of a valid form; refuse one that is too large, no text or without the columns of errors."""
        upload = form.cleaned_data["file"]
        refuse_too_large(upload)
        table = ErrorTable.objects.filter(pk=form.cleaned_data["error_table"]).first()
        return errors.check(
            upload,
            name=upload.name.replace("\0", "\ufffd"),
            by=self.request.user,
            error_table=table,
        )  # type: ignore[arg-type]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Explain the columns and list what was uploaded before."""
        before = last_of(self.request.user, subject=subjects.ERROR.name)
        known = {
            "columns": errors.COLUMNS,
            "derived": errors.DERIVED,
            "most_megabytes": MOST_BYTES // 1024**2,
        }
        return super().get_context_data(**{"form": UploadForm(), "before": before} | known | kwargs)


def refuse_too_large(upload: UploadedFile) -> None:
    """Refuse a file before it is read."""
    if (upload.size or 0) > MOST_BYTES:
        raise TooLargeRefused(
            f"{upload.name} is larger than {MOST_BYTES // 1024**2} MB.",
            what_to_do="Split it and import the parts one after the other.",
        )


class ImportTemplate(PermissionRequiredMixin, View):
    """A CSV with every column and one example row."""

    permission_required = PERMISSION

    def get(self, request: HttpRequest) -> HttpResponse:
        """Send it, with the mark that makes Excel read UTF-8."""
        return template("errors", errors.COLUMNS, errors.EXAMPLE)


def template(name: str, columns: Sequence[str], *rows: Mapping[str, str]) -> HttpResponse:
    """Write a CSV with these columns, marked for Excel as UTF-8."""
    response = HttpResponse(
        "\ufeff",
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}_template.csv"'},
    )
    writer = csv.DictWriter(response, columns, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return response


def last_of(user: Any, **narrowed: str) -> QuerySet[ImportFile]:
    """Return the last files of a person."""
    files = ImportFile.objects.filter(requester=user, **narrowed)
    return files.select_related("operation")[:NEWEST]


def takes(file: ImportFile) -> int:
    """Count the rows that an import would make or change."""
    return file.good - file.compared.get("unchanged", 0)


def label_of(file: ImportFile) -> str:
    """Say which rows an import would take."""
    if file.compared:
        what = figures.counted(takes(file), "row that differs", "rows that differ")
        return f"Import {'only ' if file.bad else ''}{what}"
    if file.bad:
        return f"Import only the {file.good:,} good {'row' if file.good == 1 else 'rows'}"
    return "Import the only row" if file.good == 1 else f"Import all {file.good:,} rows"


def loose_of(file: ImportFile) -> list[tuple[str, str, int]]:
    """List the ways in which good rows miss their company: key, words, rows."""
    return [(reason, ImportRow.Company(reason).label, rows) for reason, rows in file.loose.items()]


class OfImport(PermissionRequiredMixin):
    """What needs the right to bring certain rows in; `verb` finds out which, and may answer 404."""

    request: HttpRequest
    kwargs: dict[str, Any]
    verb: Any

    def has_permission(self) -> bool:
        """Look up what is asked for only for somebody who is signed in."""
        return bool(self.request.user.is_authenticated and super().has_permission())

    def get_permission_required(self) -> tuple[str, ...]:
        """Ask for the right of the verb that brings such rows in."""
        return (self.verb.permission,)


class ImportPage(OfImport):
    """What the pages of one uploaded file share."""

    @cached_property
    def verb(self) -> Verb:
        """Find what brings such rows in; 404 for rows that nothing brings in any more."""
        try:
            return registry.bringing_in(self.file.subject)
        except LookupError as unknown:
            raise Http404 from unknown

    @property
    def upload_page(self) -> str:
        """The address where such files are uploaded."""
        if own := subjects.named(self.file.subject).import_url:
            return reverse(own)
        if self.verb.updates:
            return reverse("governance:hub-import", args=[self.file.subject])
        return reverse("governance:error-import")

    @cached_property
    def file(self) -> ImportFile:
        return get_object_or_404(
            ImportFile.objects.select_related("operation", "requester", "error_table"),
            pk=self.kwargs["pk"],
        )


class ImportDetail(ImportPage, Page):
    """What the check of a file found, and the decision."""

    template_name = "governance/files/imports/detail.html"

    @property
    def nav(self) -> str:  # type: ignore[override]
        """Belong to where such files are uploaded."""
        declared = subjects.named(self.file.subject)
        if declared.import_url:
            return declared.list_url
        return "governance:import-list" if self.verb.updates else "governance:error-list"

    def crumbs(self) -> list[Crumb]:
        return [Crumb(self.verb.label, self.upload_page), Crumb(self.file.name)]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Show counts, the first problems and the first good rows."""
        self.title = self.file.name
        found = {
            "file": self.file,
            "verb": self.verb,
            "problems": imports.first_problems(self.file, most=SHOWN_PROBLEMS),
            "shown_problems": SHOWN_PROBLEMS,
            "takes": takes(self.file),
            "import_label": label_of(self.file),
            "loose": loose_of(self.file),
            "may_decide": self.file.state == ImportFile.State.CHECKED
            and self.file.requester_id == self.request.user.pk,
        }
        return super().get_context_data(**found | self.rows() | kwargs)

    def rows(self) -> dict[str, Any]:
        """Give the first good rows: as they will be stored, or beside the stored ones."""
        if self.verb.updates:
            return {"arrivals": imports.first_arrivals(self.file, most=SHOWN_ROWS)}
        good = self.file.staged.filter(problems__isnull=True).order_by("number")
        sample = [(row.number, row.data, row.get_company_display()) for row in good[:SHOWN_ROWS]]
        return {"sample": sample}


class ImportProblems(ImportPage, View):
    """Every problem of a file as CSV."""

    def get(self, request: HttpRequest, pk: int) -> StreamingHttpResponse:
        query, params, columns = imports.problem_rows(self.file)
        label = streams.Label("import_problems", f"import={pk}")
        return download(
            lambda: streams.stream_csv(
                query,
                params,
                columns,
                label=label,
                order=["row", "column"],
                reader=request.user.pk,
            )
        )


class ImportRows(ImportPage, View):
    """Good rows of a file as CSV, as they will be stored: all, or those that name their company in some way."""

    def get(self, request: HttpRequest, pk: int) -> StreamingHttpResponse:
        """Send them, in the order of the file."""
        wanted = request.GET.getlist("company")
        if unknown := set(wanted) - set(ImportRow.Company.values):
            raise BadRequest(
                f"“{unknown.pop()}” is no way to name a company.",
                what_to_do=f"Offered: {', '.join(ImportRow.Company.values)}.",
            )
        query, params, columns = imports.good_rows(self.file, company=wanted)
        label = "&".join([f"import={pk}", *(f"company={way}" for way in sorted(wanted))])
        return download(
            lambda: streams.stream_csv(
                query,
                params,
                columns,
                label=streams.Label("import_rows", label),
                order=["row"],
                reader=request.user.pk,
            )
        )


class ImportPlan(ImportPage, View):
    """Freeze a checked file as a plan: its page says what it would do to companies, and starts it."""

    page = "governance:import-detail"
    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponseRedirect:
        """Plan and show the plan."""
        operation = file_imports.plan(
            self.file,
            by=request.user,  # type: ignore[arg-type]
            only_good=request.POST.get("only_good") == "true",
            remark=request.POST.get("remark", "").replace("\0", "\ufffd")[:2000],
        )
        return redirect("governance:operation-detail", pk=operation.pk)


class ImportDiscard(ImportPage, View):
    """Throw a checked file away."""

    page = "governance:import-detail"
    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponseRedirect:
        """Discard and go back to the upload."""
        file_imports.discard(self.file, by=request.user)  # type: ignore[arg-type]
        messages.success(request, f"{self.file} is discarded. Nothing was imported.")
        return redirect(self.upload_page)
