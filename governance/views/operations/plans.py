"""From a selection to a frozen plan: what the verb asks, how many rows it means."""

from typing import Any, ClassVar

from django import forms
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils.functional import cached_property

from governance import policies, subjects
from governance.services.operations import plans
from governance.subjects import Subject
from governance.verbs.base import Verb
from governance.verbs.registry import VERBS
from governance.views import keptfilters
from outreach_admin.exceptions import BadRequest
from outreach_admin.lists import kept, resolver
from outreach_admin.lists.filters import StrictFilterSet
from outreach_admin.lists.selection import Selection
from outreach_admin.ui.pages import unsent
from outreach_admin.ui.pages.base import Crumb, Page

SELECTION_KEYS = {
    "csrfmiddlewaretoken",
    "begun_by",
    "scope",
    "ids",
    "filter",
    "as_of",
    "keep",
    "shown",
    "except",
    "asked",
}


class OperationPlan(Page):
    """Ask what a verb needs for a selection; with the answers, freeze the plan and show it."""

    template_name = "governance/operations/plan.html"
    nav = "governance:operation-list"
    http_method_names: ClassVar[list[str]] = ["get", "post"]

    @cached_property
    def verb(self) -> Verb:
        """Find the verb; an unknown one, or one that selections are not offered, is no page."""
        verb = VERBS.get(self.kwargs["verb"])
        if verb is None or not verb.offered:
            raise Http404
        return verb

    def has_permission(self) -> bool:
        """Ask for the verb's own right."""
        return policies.may_plan(self.request.user, self.verb)

    def crumbs(self) -> list[Crumb]:
        return [Crumb(f"Plan: {self.verb.label.lower()}")]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Ask about all rows that match the filter in the address, or again where the answers came too late."""
        late = unsent.waiting(request)
        if late and late.path == request.path and "scope" in late.data:
            form = self.verb.parameters(initial=late.data.dict())
            return self.ask(Selection.from_post(late.data), form)
        text = self.filterset_class.from_text(
            kept.whole(request.GET), self.subject.rows
        ).canonical()
        return self.ask(Selection("all", (), text, self.as_of))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Read the selection; ask, or plan once everything is answered."""
        self.refuse_unknown_keys()
        selection = Selection.from_post(request.POST)
        asked = (
            "asked" in request.POST
            or not self.fields
            or any(name in request.POST for name in self.fields)
        )
        if not asked:
            return self.ask(selection)
        form = self.verb.parameters(request.POST)
        if form.is_valid():
            return self.freeze(selection, form)
        return self.ask(selection, form, status=422)

    @property
    def fields(self) -> dict[str, forms.Field]:
        return self.verb.parameters.base_fields

    @property
    def subject(self) -> Subject:
        return subjects.named(self.verb.subject)

    @property
    def filterset_class(self) -> type[StrictFilterSet]:
        """Find the filter of the list that selections are made in."""
        return self.subject.resolve("filterset")

    def selected(self, selection: Selection) -> QuerySet[Any]:
        return resolver.selected(
            selection,
            self.subject.rows,
            filterset_class=self.filterset_class,
            noun=self.subject.absent or self.subject.noun,
            as_of=self.as_of,
        )

    def refuse_unknown_keys(self) -> None:
        """Refuse a form with a key nobody reads: it may have been meant to narrow the selection."""
        unknown = sorted(set(self.request.POST) - SELECTION_KEYS - set(self.fields))
        if unknown:
            raise BadRequest(
                f"Unknown key “{unknown[0][:60]}”. Nothing is planned.",
                what_to_do="Go back to the list and select again.",
            )

    def freeze(self, selection: Selection, form: forms.Form) -> HttpResponseRedirect:
        operation = plans.make(
            self.verb,
            by=self.request.user,
            rows=self.selected(selection),
            filter="" if selection.scope == "ids" else selection.filter,
            scope=selection.scope,
            as_of=self.as_of,
            **form.cleaned_data,
        )
        return redirect("governance:operation-detail", operation.pk)

    def ask(
        self, selection: Selection, form: forms.Form | None = None, *, status: int = 200
    ) -> HttpResponse:
        """Show how many rows are meant and what the verb needs to know."""
        selected = self.selected(selection)
        rows = selected.count()
        self.title = self.verb.title(rows)
        form = form or self.verb.parameters(initial=self.verb.suggested(selected))
        for first in list(form.fields.values())[:1]:
            # who came by a key goes on by keys, not through the navigation
            first.widget.attrs["autofocus"] = True
        context = self.get_context_data(
            form=form,
            selection=selection,
            verb=self.verb,
            rows=rows,
            back_url=self.back_url(selection),
        )
        return self.render_to_response(context, status=status)

    def back_url(self, selection: Selection) -> str:
        """Lead back to the list the selection was made in."""
        return keptfilters.within(
            self.subject.list_address(selection.filter),
            self.request,
        )
