"""Scheduled exports: the list, one with its files, and what people do to them."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.mixins import PermissionRequiredMixin
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.views import View

from governance.filters.exports import ScheduledExportFilter
from governance.forms.scheduledexports import OWN, ScheduledExportForm
from governance.models import SavedView, ScheduledExport
from governance.queries import savedviews
from governance.queries import scheduledexports as queries
from governance.resources.exports import EXPORT, EXPORTS, Export
from governance.services.files import exports, scheduled
from governance.tables.jobs.scheduledexports import ScheduledExportTable, badge_of
from governance.templatetags.addresses import with_query
from governance.views.files.exports import ExportPage
from governance.views.savedviews import person
from outreach_admin.exceptions import Refused
from outreach_admin.ui.pages.base import Crumb, Link, Page
from outreach_admin.ui.pages.lists import TablePage

LIST = "governance:scheduledexport-list"
DETAIL = "governance:scheduledexport-detail"
FILES = "governance:export-list"


class ScheduledExportList(TablePage):
    """Every scheduled export, whosever it is, with its last run and its next."""

    permission_required = EXPORT
    title = "Scheduled exports"
    nav = FILES
    table_class = ScheduledExportTable
    filterset_class = ScheduledExportFilter
    empty_hint = "Filter the queue or the companies, choose Export, then “Regularly”."

    def crumbs(self) -> list[Crumb]:
        return [Crumb(self.title)]

    def get_queryset(self) -> QuerySet[Any]:
        return queries.listed()

    def toolbar(self) -> list[Link]:
        """Lead to the lists that files are made of."""
        return [
            Link(
                "New, of errors", reverse("governance:scheduledexport-new", args=["errors"]), "plus"
            ),
            Link(
                "New, of readiness",
                reverse("governance:scheduledexport-new", args=["readiness"]),
                "plus",
            ),
        ]


class OfScheduledExport:
    """What is about one scheduled export."""

    kwargs: dict[str, Any]

    @cached_property
    def scheduled(self) -> ScheduledExport:
        found = ScheduledExport.objects.select_related("owner", "view")
        return get_object_or_404(found, pk=self.kwargs["pk"])


class ScheduledExportDetail(OfScheduledExport, Page):
    """One scheduled export: what it takes out, its files, what happened to it."""

    permission_required = EXPORT
    nav = FILES
    template_name = "governance/files/scheduled/detail.html"

    @property
    def title(self) -> str:  # type: ignore[override]
        return self.scheduled.name

    def crumbs(self) -> list[Crumb]:
        return [Crumb("Scheduled exports", reverse(LIST)), Crumb(self.scheduled.name)]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Give its files with their badges, and what this person may do."""
        user = person(self.request)
        files = list(queries.files_of(self.scheduled))
        context = {
            "scheduled": self.scheduled,
            "next_at": queries.next_at(self.scheduled, after=self.as_of),
            "files": [(file, badge_of(file), exports.is_gone(file)) for file in files],
            "gone": exports.GONE,
            "is_troubled": any(file.is_troubled and not file.looked_at for file in files),
            "story": queries.story(self.scheduled),
            "list_url": with_query(self._list_url(), {}, self.scheduled.filter),
            "may_edit": scheduled.may_edit(user, self.scheduled),
            "may_stop": scheduled.may_stop(user, self.scheduled),
        }
        return super().get_context_data(**context | kwargs)

    def _list_url(self) -> str:
        return reverse(EXPORTS[self.scheduled.subject].list_url)


class ScheduledExportForms(Page):
    """A page that asks for name, rows, format and time; a refusal stands above what was typed."""

    template_name = "governance/files/scheduled/form.html"
    nav = FILES
    export: Export

    def views(self) -> list[SavedView]:
        """List the saved views of the same list that this person sees."""
        return list(savedviews.seen_by(person(self.request), self.export.list_url))

    def form(self, data: QueryDict | None = None) -> ScheduledExportForm:
        """Make the form, as it is first or with what was sent."""
        raise NotImplementedError

    def act(self, given: dict[str, Any]) -> ScheduledExport:
        """Do what is asked."""
        raise NotImplementedError

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=self.form()))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Do it and lead to the export, or say why not."""
        form = self.form(request.POST)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form), status=422)
        try:
            if form.cleaned_data["view"]:
                self.export.from_view(form.cleaned_data["view"])
            made = self.act(form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, f"{refusal.sentence} {refusal.what_to_do}".strip())
            return self.render_to_response(self.get_context_data(form=form), status=refusal.status)
        messages.success(request, f"“{made.name}” is written {made.words}.")
        return redirect(DETAIL, made.pk)


class ScheduledExportNew(ScheduledExportForms, ExportPage):
    """Have what matches a filter of a list written regularly; the address is the list's, as that of its export."""

    title = "Export regularly"
    nav = FILES
    template_name = "governance/files/scheduled/form.html"

    @property
    def export(self) -> Export:  # type: ignore[override]
        if self.kwargs["subject"] not in ScheduledExport.Subject.values:
            raise Http404
        return EXPORTS[self.kwargs["subject"]]

    def crumbs(self) -> list[Crumb]:
        return [Crumb("Scheduled exports", reverse(LIST)), Crumb(self.title)]

    def form(self, data: QueryDict | None = None) -> ScheduledExportForm:
        """Start with six in the morning, each day."""
        views = self.views()
        named = self.request.GET.get("view")
        view = next((view for view in views if str(view.pk) == named), None)
        initial = {
            "name": view.name if view else "",
            "source": view.pk if view else OWN,
            "at": "06:00",
            "time_zone": "UTC",
            "keep": 7,
        }
        own = "The filter above" if self.filterset.pairs() else "Every row"
        return ScheduledExportForm(data, initial=initial, views=views, own=own)

    def act(self, given: dict[str, Any]) -> ScheduledExport:
        return scheduled.make(
            by=person(self.request),
            subject=self.export.name,
            filter=self.filterset.canonical(),
            columns=",".join(self.wanted.chosen),
            **given,
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """State filter and columns; nothing is counted."""
        back = with_query(reverse(self.export.url), {}, self.filterset.canonical())
        context = {"filterset": self.filterset, "wanted": self.wanted, "back_url": back}
        return Page.get_context_data(self, **context | {"export": self.export} | kwargs)


class ScheduledExportEdit(OfScheduledExport, ScheduledExportForms):
    """Change what is taken out, or when."""

    permission_required = EXPORT

    @property
    def title(self) -> str:  # type: ignore[override]
        return f"Change “{self.scheduled.name}”"

    @property
    def export(self) -> Export:  # type: ignore[override]
        return EXPORTS[self.scheduled.subject]

    def crumbs(self) -> list[Crumb]:
        return [Crumb("Scheduled exports", reverse(LIST)), Crumb(self.title)]

    def form(self, data: QueryDict | None = None) -> ScheduledExportForm:
        """Start with what it is; a view that is gone has to be replaced. Raises NotPermitted for others than its owner."""
        scheduled.refuse_others(person(self.request), self.scheduled)
        now, views = self.scheduled, self.views()
        names = ("name", "format", "weekday", "at", "time_zone", "keep")
        initial = {name: getattr(now, name) for name in names}
        initial["source"] = now.view_id if now.view_name else OWN
        own = f"Its filter: {now.filter[:80]}" if now.filter else "Every row"
        lost = "" if now.view_id in (None, *(view.pk for view in views)) else now.view_name
        return ScheduledExportForm(data, initial=initial, views=views, own=own, lost=lost)

    def act(self, given: dict[str, Any]) -> ScheduledExport:
        kept = {} if given["view"] else {"filter": self.scheduled.filter}
        return scheduled.edit(self.scheduled, by=person(self.request), **kept | given)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        back = reverse(DETAIL, args=[self.scheduled.pk])
        context: dict[str, Any] = {"scheduled": self.scheduled, "back_url": back}
        return super().get_context_data(**context | kwargs)


class ScheduledExportAct(OfScheduledExport, PermissionRequiredMixin, View):
    """Something done to one scheduled export by a button of its page."""

    permission_required = EXPORT

    def act(self) -> str:
        """Do it, and say what is done."""
        raise NotImplementedError

    def post(self, request: HttpRequest, pk: int) -> HttpResponseRedirect:
        messages.success(request, self.act())
        return redirect(DETAIL, pk)


class ScheduledExportStop(ScheduledExportAct):
    """Let no more files be written."""

    def act(self) -> str:
        made = scheduled.stop(self.scheduled, by=person(self.request))
        return f"“{made.name}” is stopped. Its files stay for a week."


class ScheduledExportStart(ScheduledExportAct):
    """Let a stopped one go on."""

    def act(self) -> str:
        made = scheduled.start(self.scheduled, by=person(self.request))
        return f"“{made.name}” is written {made.words}."


class ScheduledExportLook(ScheduledExportAct):
    """State that somebody has looked at what failed or came out empty."""

    def act(self) -> str:
        scheduled.look(self.scheduled, by=person(self.request))
        return "Looked at: the overview no longer tells of it."
