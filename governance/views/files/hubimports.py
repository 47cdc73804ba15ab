"""Rows of hub tables that come in by file: choose the table, upload, take its template."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.views import View

from governance.forms.imports import HubUploadForm
from governance.models import ImportFile
from governance.queries import imports
from governance.resources import hubs
from governance.resources.csvfiles import MOST_BYTES
from governance.resources.exports import EXPORTS, Export
from governance.verbs import registry
from governance.verbs.hubs import ImportRows
from governance.views.files.imports import OfImport, last_of, refuse_too_large, template
from outreach_admin.exceptions import Refused
from outreach_admin.ui.pages.base import Crumb, Page

LIST = "governance:import-list"


class ImportList(Page):
    """Every table that this person may bring rows into, with its template, and the last files."""

    title = "Import"
    permission_required = ()
    template_name = "governance/files/imports/list.html"

    def has_permission(self) -> bool:
        """Ask for the right to import into one table at least."""
        return super().has_permission() and bool(self.tables)

    @cached_property
    def tables(self) -> list[ImportRows]:
        return imports.tables_for(self.request.user)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Offer the tables."""
        subjects = [verb.subject for verb in self.tables]
        files = last_of(self.request.user, subject__in=subjects)
        return super().get_context_data(tables=self.tables, before=files, **kwargs)


class HubPage(OfImport):
    """What the pages of one hub table share."""

    @cached_property
    def verb(self) -> ImportRows:
        """Find what brings rows in; 404 for a name that no table has."""
        verb = registry.VERBS.get(f"import_{self.kwargs['table']}")
        if not isinstance(verb, ImportRows) or not verb.is_hub:
            raise Http404
        return verb

    @property
    def export(self) -> Export:
        """Name the export whose file can come in again."""
        return EXPORTS[self.verb.subject]

    @property
    def template_url(self) -> str:
        """Give the address of the empty file."""
        return reverse("governance:hub-import-template", args=[self.verb.subject])


class HubImport(HubPage, Page):
    """Upload a CSV for one hub table; it is checked at once and nothing is imported yet."""

    nav = LIST
    template_name = "governance/files/imports/hub.html"

    def crumbs(self) -> list[Crumb]:
        return [Crumb(self.verb.table)]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Check the file and show what was found."""
        form = HubUploadForm(request.POST, request.FILES)
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

    def check(self, form: HubUploadForm) -> ImportFile:
        """Check the file of a valid form; refuse one that is too large, no text or without the key of the table."""
        upload = form.cleaned_data["file"]
        refuse_too_large(upload)
        return hubs.check(
            self.verb,
            upload,
            name=upload.name.replace("\0", "\ufffd"),
            by=self.request.user,  # type: ignore[arg-type]
            clears=form.cleaned_data["clears"],
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Explain the columns and list what was uploaded before."""
        self.title = self.verb.label
        known = {
            "verb": self.verb,
            "needed": hubs.needed_columns(self.verb),
            "derived": hubs.KEPT,
            "template_url": self.template_url,
            "export": reverse(self.export.url),
            "may_export": self.request.user.has_perms(self.export.permissions),
            "most_megabytes": MOST_BYTES // 1024**2,
            "before": last_of(self.request.user, subject=self.verb.subject),
        }
        return super().get_context_data(**{"form": HubUploadForm()} | known | kwargs)


class HubTemplate(HubPage, View):
    """An empty CSV with the header of one hub table."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Send it."""
        return template(self.verb.table, self.verb.columns)
