"""Making, editing and verifying one entry of the registry."""

from typing import Any, ClassVar
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.mixins import PermissionRequiredMixin
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.text import Truncator
from django.views import View

from enrichment.exceptions import AlreadyRegistered, RegistryRefused
from enrichment.forms.entries import EntryForm, blank, filled_from
from enrichment.models import Workflow
from enrichment.services import entries
from enrichment.views.workflows import AT_ONCE, LIST
from governance.exceptions import StateRefused
from governance.models import Operation
from governance.services.operations import acts
from governance.verbs.registry import VERBS
from governance.views.savedviews import person
from outreach_admin.exceptions import Refused
from outreach_admin.ui.pages.base import Crumb, Page

# letters of a name on the way to its form
LONGEST_CRUMB = 40
# what fields are called where a column of the seed follows from the tables
FIELD_OF = {
    "raw_table": "tables",
    "extracted_table": "tables",
    "core_table": "tables",
    "table_name": "tables",
    "key_columns": "tables",
    "alias": "aliases",
}


class EntryPage(Page):
    """A form over one entry."""

    template_name = "enrichment/workflows/form.html"
    nav = LIST

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Save it; what is refused is said at its field."""
        form = EntryForm(request.POST)
        if not form.is_valid():
            return self.again(form, 422)
        try:
            return redirect(self.save(form))
        except AlreadyRegistered as known:
            messages.info(request, f"{known.sentence} This is its entry.")
            return redirect(known.workflow)
        except (RegistryRefused, StateRefused) as refusal:
            _tell(form, refusal)
            return self.again(form, refusal.status)

    def save(self, form: EntryForm) -> Any:
        """Save a valid form and return where it goes on."""
        raise NotImplementedError

    def again(self, form: EntryForm, status: int) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=status)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kwargs.setdefault("form", EntryForm(initial=self.initial()))
        return super().get_context_data(back_url=self.back(), **kwargs)

    def initial(self) -> dict[str, Any]:
        """Say what the form begins with."""
        return blank()

    def back(self) -> str:
        """Give where whoever gives up goes."""
        return reverse(LIST)


def _tell(form: EntryForm, refusal: Refused) -> None:
    """Say a refusal at the field that it is about, else above the form."""
    said = [
        (FIELD_OF.get(one["field"], one["field"]), one["problem"])
        for one in refusal.members.get("errors", [])
    ]
    for name, problem in said:
        form.add_error(name if name in form.fields else None, problem)
    if not said:
        form.add_error(None, f"{refusal.sentence} {refusal.what_to_do}".strip())


class EntryNew(EntryPage):
    """A new entry."""

    permission_required = entries.ADD
    title = "Register a workflow"

    def crumbs(self) -> list[Crumb]:
        return [Crumb(self.title)]

    def save(self, form: EntryForm) -> Workflow:
        made = entries.register(form.entry, by=person(self.request))
        messages.success(self.request, f"“{made}” is registered.")
        return made


class OfEntry:
    """What is about the entry in the address."""

    kwargs: dict[str, Any]

    @cached_property
    def workflow(self) -> Workflow:
        return get_object_or_404(Workflow, workflow_name=self.kwargs["slug"])


class EntryEdit(OfEntry, EntryPage):
    """An entry as a form."""

    permission_required = entries.CHANGE

    @property
    def title(self) -> str:  # type: ignore[override]
        return f"Edit {self.workflow}"

    def crumbs(self) -> list[Crumb]:
        name = Truncator(self.workflow).chars(LONGEST_CRUMB)
        return [Crumb(name, self.back()), Crumb("Edit")]

    def initial(self) -> dict[str, Any]:
        return filled_from(self.workflow)

    def back(self) -> str:
        return self.workflow.get_absolute_url()

    def save(self, form: EntryForm) -> Any:
        done = entries.edit(
            self.workflow,
            form.entry,
            by=person(self.request),
            version=form.cleaned_data["version"] or 0,
        )
        led_to = Workflow.objects.get(pk=self.workflow.pk)
        # its name again, once a rename is taken back
        return say(self.request, done, led_to, undone_at=self.back())


class EntryAct(OfEntry, PermissionRequiredMixin, View):
    """Something done to one entry at once: set active or inactive, verified."""

    page = "enrichment:workflow-detail"
    http_method_names: ClassVar[list[str]] = ["post"]

    @cached_property
    def verb(self) -> Any:
        asked = self.request.POST.get("verb", "")
        if asked not in {name for names in AT_ONCE for name in names}:
            raise Http404
        return VERBS[asked]

    def has_permission(self) -> bool:
        """Look up what is asked for only for somebody who is signed in."""
        return bool(self.request.user.is_authenticated and super().has_permission())

    def get_permission_required(self) -> tuple[str, ...]:
        """Ask for the right of the verb."""
        is_asked = self.request.method == "POST"
        return (self.verb.permission if is_asked else entries.CHANGE,)

    def post(self, request: HttpRequest, slug: str) -> HttpResponseRedirect:
        """Do it, unless somebody has changed the entry meanwhile."""
        version = request.POST.get("version", "")
        is_number = version.isascii() and version.isdigit() and len(version) < 11
        done = acts.do(
            self.verb,
            self.workflow,
            by=person(request),
            version=int(version) if is_number else 0,
        )
        return redirect(say(request, done, self.workflow))


def say(
    request: HttpRequest,
    done: Operation | None,
    workflow: Workflow,
    *,
    undone_at: str = "",
) -> str:
    """Tell what was done, with the way back beside it, and give where it goes on."""
    page = workflow.get_absolute_url()
    if done is None:
        messages.success(request, f"“{workflow}” is as the form says.")
        return page
    address = reverse("governance:operation-detail", args=[done.pk])
    if done.state in Operation.WAITING_STATES:
        messages.warning(
            request,
            f"Planned as {done}: it needs an approval. Nothing is changed.",
        )
        return address
    undo = reverse("governance:operation-take-back", args=[done.pk])
    messages.success(
        request,
        format_html(
            '<strong>{}</strong>: {}. <a class="link" href="{}">{}</a>',
            VERBS[done.verb].done.capitalize(),
            workflow,
            address,
            done,
        ),
        extra_tags=f"{undo}?{urlencode({'next': undone_at or page})}",
    )
    return page
