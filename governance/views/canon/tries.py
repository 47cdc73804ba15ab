"""Try it: what the guard would answer, step by step; nothing is recorded."""

from typing import Any, NamedTuple

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from governance.canon.guard import Shown, ToolCanonGuard
from governance.canon.results import ValidationResult
from governance.forms.tries import TryForm
from governance.toolbox.entries import InteractionType
from governance.views.canon.base import SEE_CANON, AboutTools
from outreach_admin.ui.pages.base import Crumb

# the button that only shows the fields of the tool that was named
FIELDS = "fields"


class Tried(NamedTuple):
    """What the guard answered, and each step of it."""

    result: ValidationResult
    steps: list[Shown]


class ToolTry(AboutTools):
    """Ask the guard about a call that nobody makes."""

    permission_required = SEE_CANON
    template_name = "governance/canon/try.html"
    title = "Check a call"

    def crumbs(self) -> list[Crumb]:
        return [Crumb(self.title)]

    def form(self, tool: str, data: Any = None, **given: Any) -> TryForm:
        """Make the form with the facts that this tool asks for."""
        return TryForm(
            data,
            canon=self.in_force.canon,
            tool=tool,
            **given,
        )

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the form; the address may name a tool."""
        return self.begun({"tool": request.GET.get("tool", "")})

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Ask the guard, or show the fields of another tool."""
        if request.POST.get("do") == FIELDS:
            return self.begun({"tool": ""} | request.POST.dict())
        tool = request.POST.get("tool", "").strip()
        form = self.form(tool, request.POST)
        tried = tried_by(form) if form.is_valid() else None
        context = self.get_context_data(form=form, tried=tried)
        return self.render_to_response(context, status=200 if tried else 422)

    def begun(self, typed: dict[str, Any]) -> HttpResponse:
        """Show the fields of the tool that is named, with what is typed already."""
        tool = typed["tool"].strip()
        form = self.form(tool, initial=self.proposed(typed))
        context = self.get_context_data(form=form)
        return self.render_to_response(context)

    def proposed(self, typed: dict[str, Any]) -> dict[str, Any]:
        """Fill in what the tool is for, where nothing is typed."""
        canon = self.in_force.canon
        tool = canon.tools.get(typed["tool"].strip()) if canon else None
        if tool is None or typed.get("hub"):
            return typed
        return typed | {
            "hub": min(tool.hubs),
            "interaction": tool.interaction.value,
        }

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Offer the tools and hubs that there are."""
        canon = self.in_force.canon
        context = {
            "in_force": self.in_force,
            "tools": sorted(canon.tools.items()) if canon else [],
            "hubs": sorted(canon.hubs.items()) if canon else [],
            "fields": FIELDS,
        }
        return super().get_context_data(**context | kwargs)


def tried_by(form: TryForm) -> Tried | None:
    """Ask the guard; None where it takes no such argument, which the form then says."""
    given = form.cleaned_data
    at = given["clock"] or timezone.now()
    guard = ToolCanonGuard(clock=lambda: at)
    asked = {
        "tool_id": given["tool"],
        "hub_id": given["hub"],
        "interaction_type": InteractionType(given["interaction"]),
        "gate_state": form.gate_state,
        "entity": given["entity"],
    }
    try:
        return Tried(
            guard.validate(**asked),
            guard.explain(**asked),
        )
    except ValueError as refusal:
        form.add_error(None, f"{refusal}.".capitalize())
        return None
