"""What pages of tools have in common: they say when all tools are stopped, and take acts with a reason."""

from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.functional import cached_property

from governance.forms.canon import ReasonForm
from governance.models import KillSwitch
from governance.models.canon.switches import ALL
from governance.queries.canon import kept, tools
from governance.queries.canon.kept import InForce
from outreach_admin.exceptions import Refused
from outreach_admin.ui.pages.base import Page

SEE_CANON = "governance.view_canonversion"
SEE_SWITCHES = "governance.view_killswitch"


class AboutTools(Page):
    """A page that says above all else when every tool is stopped."""

    @cached_property
    def stops(self) -> dict[str, KillSwitch]:
        return tools.stops()

    @cached_property
    def in_force(self) -> InForce:
        return kept.in_force()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Give what stops all tools."""
        context = {"all_stopped": self.stops.get(ALL)}
        return super().get_context_data(**context | kwargs)


class ActPage(AboutTools):
    """A form that does one thing; a refusal stands above it, and what was typed stays."""

    template_name = "governance/canon/act.html"
    form_class: type[Form] = ReasonForm
    back_url = ""

    def form(self, data: Any = None, files: Any = None) -> Form:
        """Make the form, empty or with what was sent."""
        return self.form_class(data, files)

    def act(self, given: dict[str, Any]) -> str:
        """Do it, and say what is done."""
        raise NotImplementedError

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        context = self.get_context_data(form=self.form())
        return self.render_to_response(context)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Do it, or say why not."""
        form = self.form(request.POST, request.FILES)
        if not form.is_valid():
            return self.refused(form, 422)
        try:
            done = self.act(form.cleaned_data)
        except Refused as refusal:
            said = f"{refusal.sentence} {refusal.what_to_do}"
            form.add_error(None, said.strip())
            problems = getattr(refusal, "problems", [])
            return self.refused(form, refusal.status, problems=problems)
        messages.success(request, done)
        return HttpResponseRedirect(self.back_url)

    def refused(self, form: Form, status: int, **context: Any) -> HttpResponse:
        """Show the form again with what is wrong."""
        shown = self.get_context_data(form=form, **context)
        return self.render_to_response(shown, status=status)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = {"back_url": self.back_url}
        return super().get_context_data(**context | kwargs)
