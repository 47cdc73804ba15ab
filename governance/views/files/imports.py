"""Errors that come in by file: upload, what the check found, the decision."""

import csv
from typing import Any

from django.contrib import messages
from django.contrib.auth.mixins import PermissionRequiredMixin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.views import View

from governance.forms.imports import UploadForm
from governance.models import ErrorTable, ImportFile, ImportRow
from governance.queries import imports
from governance.resources import errors
from governance.resources.csvfiles import MOST_BYTES, TooLargeRefused
from governance.services.files import imports as file_imports
from governance.views.files.exports import download
from outreach_admin.exceptions import BadRequest, Refused
from outreach_admin.lists import streams
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
        if upload.size > MOST_BYTES:
            raise TooLargeRefused(
                f"{upload.name} is larger than {MOST_BYTES // 1024**2} MB.",
                what_to_do="Split it and import the parts one after the other.",
            )
        table = ErrorTable.objects.filter(pk=form.cleaned_data["error_table"]).first()
        return errors.check(
            upload,
            name=upload.name.replace("\0", "\ufffd"),
            by=self.request.user,
            error_table=table,
        )  # type: ignore[arg-type]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Explain the columns and list what was uploaded before."""
        before = ImportFile.objects.filter(requester=self.request.user).select_related("operation")[
            :NEWEST
        ]  # type: ignore[misc]
        known = {
            "columns": errors.COLUMNS,
            "derived": errors.DERIVED,
            "most_megabytes": MOST_BYTES // 1024**2,
        }
        return super().get_context_data(**{"form": UploadForm(), "before": before} | known | kwargs)


class ImportTemplate(PermissionRequiredMixin, View):
    """A CSV with every column and one example row."""

    permission_required = PERMISSION

    def get(self, request: HttpRequest) -> HttpResponse:
        """Send it, with the mark that makes Excel read UTF-8."""
        response = HttpResponse(
            "\ufeff",
            content_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": 'attachment; filename="errors_template.csv"'},
        )
        writer = csv.DictWriter(response, errors.COLUMNS, restval="")
        writer.writeheader()
        writer.writerow(errors.EXAMPLE)
        return response


def label_of(file: ImportFile) -> str:
    """Say which rows an import would take."""
    if file.bad:
        return f"Import only the {file.good:,} good {'row' if file.good == 1 else 'rows'}"
    return "Import the only row" if file.good == 1 else f"Import all {file.good:,} rows"


def loose_of(file: ImportFile) -> list[tuple[str, str, int]]:
    """List the ways in which good rows miss their company: key, words, rows."""
    return [(reason, ImportRow.Company(reason).label, rows) for reason, rows in file.loose.items()]


class ImportPage(PermissionRequiredMixin):
    """What the pages of one uploaded file share."""

    permission_required = PERMISSION
    kwargs: dict[str, Any]

    @cached_property
    def file(self) -> ImportFile:
        return get_object_or_404(
            ImportFile.objects.select_related("operation", "requester", "error_table"),
            pk=self.kwargs["pk"],
        )


class ImportDetail(ImportPage, Page):
    """What the check of a file found, and the decision."""

    nav = "governance:error-list"
    template_name = "governance/files/imports/detail.html"

    def crumbs(self) -> list[Crumb]:
        return [Crumb("Import", reverse("governance:error-import")), Crumb(self.file.name)]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Show counts, the first problems and the first good rows."""
        self.title = self.file.name
        good = self.file.staged.filter(problems__isnull=True).order_by("number")
        found = {
            "file": self.file,
            "problems": imports.first_problems(self.file, most=SHOWN_PROBLEMS),
            "shown_problems": SHOWN_PROBLEMS,
            "sample": [
                (row.number, row.data, row.get_company_display()) for row in good[:SHOWN_ROWS]
            ],
            "import_label": label_of(self.file),
            "loose": loose_of(self.file),
            "may_decide": self.file.state == ImportFile.State.CHECKED
            and self.file.requester_id == self.request.user.pk,
        }
        return super().get_context_data(**found | kwargs)


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
        return redirect("governance:error-import")
