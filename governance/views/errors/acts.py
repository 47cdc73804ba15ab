"""One verb for one error: its form beside the row, done when it is sent, and on to the next."""

from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.http import urlencode
from django_htmx.http import HttpResponseClientRedirect

from governance import policies
from governance.forms.operations import SeenForm
from governance.models import HubError, Operation
from governance.queries.errors import explanations
from governance.queries.operations import notes
from governance.services.operations import acts
from governance.verbs.base import Verb
from governance.verbs.registry import VERBS
from governance.views.errors.details import ErrorDetail
from outreach_admin.ui.pages import addresses
from outreach_admin.ui.pages.base import Page, wants_part

PART = "#act"


class ErrorAct(ErrorDetail):
    """The page of an error with the form of a verb open; sent, it is done at once and the next error comes."""

    http_method_names: ClassVar[list[str]] = ["get", "post"]
    nav = "governance:error-list"
    part_template = "governance/errors/_act.html"

    @cached_property
    def verb(self) -> Verb:
        """Find the verb; one that is not done at once is no page."""
        verb = VERBS.get(self.kwargs["verb"])
        if verb is None or not verb.at_once or verb.subject != self.subject:
            raise Http404
        return verb

    def has_permission(self) -> bool:
        """Ask for the right to look, and for that to do it."""
        return super().has_permission() and policies.may_act(self.request.user, self.verb)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Do it and lead on; ask again where an answer is missing."""
        self.filterset.check()
        seen = SeenForm(request.POST)
        if not (self.form.is_valid() and seen.is_valid()):
            return self.asked_again()
        way_on = self.way_on()
        operation = acts.do(
            self.verb,
            self.record,
            by=request.user,
            version=seen.cleaned_data["version"],
            **self.form.cleaned_data,
        )
        return self.led_on(operation, way_on)

    @cached_property
    def form(self) -> forms.Form:
        """Make the form: filled in, or with what fits this row."""
        if self.request.method == "POST":
            return self.verb.parameters(self.request.POST, auto_id="act_%s")
        suggested = self.verb.suggested(HubError.objects.filter(pk=self.record.pk))
        form = self.verb.parameters(initial=suggested, auto_id="act_%s")
        for name, field in form.fields.items():
            if field.required and not suggested.get(name):
                field.widget.attrs["autofocus"] = True
                break
        return form

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Give the form alone where it is asked for alone."""
        asked = {"act": self.asks(), "form": self.form, "error": self.record}
        if wants_part(self.request):
            return Page.get_context_data(self, **asked | kwargs)
        return super().get_context_data(**asked | kwargs)

    def asks(self) -> dict[str, Any]:
        """Say what is asked, what stands against it and where an answer goes."""
        rows = HubError.objects.filter(pk=self.record.pk)
        return {
            "verb": self.verb,
            "url": self.request.get_full_path(),
            "refusal": explanations.refusals(rows, [self.verb])[self.verb.name],
            "gate": policies.gate_of_one(self.verb, self.record),
            "is_complete": not any(
                field.widget.attrs.get("autofocus") for field in self.form.fields.values()
            ),
            "notes": notes.latest(self.verb.name, by=self.request.user),
            "record_url": self.address_of(self.record.pk),
            "is_in_list": self.is_in_list,
        }

    def asked_again(self) -> HttpResponse:
        """Show the form with what is wrong, in its own place."""
        response = self.render_to_response(self.get_context_data(), status=422)
        if wants_part(self.request):
            response["HX-Retarget"] = response["HX-Reselect"] = PART
            response["HX-Reswap"] = "outerHTML"
        return response

    @property
    def is_in_list(self) -> bool:
        """Tell whether the form stands below the list, which then stays."""
        return wants_part(self.request) and self.list_path == reverse(self.list_name)

    @property
    def list_path(self) -> str:
        return self.shown.partition("?")[0]

    @property
    def shown(self) -> str:
        """Give the address that the browser shows, where it is ours."""
        here = self.request.headers.get("HX-Current-URL", "")
        return addresses.local(here) if addresses.is_ours(self.request, here) else ""

    def way_on(self) -> str:
        """Give where it goes on: the list that stays, the next error of it, else the list."""
        if self.is_in_list:
            return self.shown
        _, following = self.neighbours
        return following or self.address(reverse(self.list_name))

    def led_on(self, operation: Operation, way_on: str) -> HttpResponse:
        """Go on with what was done said and its way back; where a policy stops it, go to the plan."""
        address = reverse("governance:operation-detail", args=[operation.pk])
        if operation.state in Operation.WAITING_STATES:
            messages.warning(
                self.request, f"Planned as {operation}: it needs an approval. Nothing is changed."
            )
            return HttpResponseClientRedirect(address) if self.is_in_list else redirect(address)
        self.say(operation, address)
        return HttpResponseRedirect(way_on)

    def say(self, operation: Operation, address: str) -> None:
        """Tell what was done and offer to take it back; what is still under way says so."""
        record = self.record
        link = format_html('<a class="link" href="{}">{}</a>', address, operation)
        what = format_html("{}, {}", record.company_name, record.code)
        if not operation.is_final:
            words = "Somebody holds {}: it is {} as soon as that ends. {}"
            messages.info(self.request, format_html(words, what, self.verb.done, link))
            return
        # the list is opened anew where it was, and its script makes that row the current one again
        in_list = f"{self.shown}#row={record.pk}"
        back = in_list if self.is_in_list else self.address_of(record.pk)
        undo = reverse("governance:operation-take-back", args=[operation.pk])
        messages.success(
            self.request,
            format_html("<strong>{}</strong>: {}. {}", self.verb.done.capitalize(), what, link),
            extra_tags=f"{undo}?{urlencode({'next': back})}",
        )
