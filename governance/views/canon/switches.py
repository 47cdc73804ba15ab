"""Kill switches: what stops tools now and did before; stopping, and letting go on."""

from typing import Any

from django.forms import Form
from django.shortcuts import get_object_or_404
from django.urls import reverse, reverse_lazy
from django.utils.functional import cached_property

from governance import policies
from governance.filters.canon.switches import SwitchFilter
from governance.forms.canon import StopForm
from governance.models import KillSwitch
from governance.services.canon import switches
from governance.tables.switches import SwitchTable
from governance.views.canon.base import SEE_SWITCHES, AboutTools, ActPage
from governance.views.savedviews import person
from outreach_admin.ui.pages.base import Crumb, Link
from outreach_admin.ui.pages.lists import TablePage
from outreach_admin.ui.tables import Table

LIST = "governance:switch-list"
NOW = "No call is let out from now on, in no process later than within a second."


class SwitchList(AboutTools, TablePage):
    """Every switch ever set, those that stand first."""

    permission_required = SEE_SWITCHES
    template_name = "governance/canon/listed.html"
    title = "Kill switches"
    queryset = KillSwitch.objects.select_related("by", "released_by")
    table_class = SwitchTable
    filterset_class = SwitchFilter
    empty_hint = "Nobody has stopped a tool yet."

    def toolbar(self) -> list[Link]:
        """Lead to the form, for who may stop."""
        if not policies.may_stop_tools(person(self.request)):
            return []
        return [Link("Stop…", reverse("governance:switch-stop"), "stop")]

    def _table(self) -> Table:
        user = person(self.request)
        table = super()._table()
        if policies.may_release_tools(user):
            table.may_release = lambda switch: not policies.release_blockers(user, switch)  # type: ignore[attr-defined]
        return table


class SwitchStop(ActPage):
    """Stop one tool, or all."""

    permission_required = "governance.stop_killswitch"
    title = "Stop tools"
    nav = LIST
    back_url = reverse_lazy(LIST)

    def crumbs(self) -> list[Crumb]:
        return [Crumb("Stop")]

    def form(self, data: Any = None, files: Any = None) -> Form:
        """Offer the tools in force; the address may name one."""
        canon = self.in_force.canon
        wanted = self.request.GET.get("tool", "")
        return StopForm(
            data,
            tools=canon.tools.values() if canon else (),
            initial={"tool": wanted or StopForm.EVERY},
        )

    def act(self, given: dict[str, Any]) -> str:
        switch = switches.stop(
            given["tool"],
            by=person(self.request),
            reason=given["reason"],
        )
        return f"{switch}: {NOW}"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = {
            "said": f"{NOW} Somebody else has to let it go on.",
            "submit": "Stop",
            "tone": "danger",
        }
        return super().get_context_data(**context | kwargs)


class SwitchRelease(ActPage):
    """Let go on what somebody else stopped."""

    permission_required = "governance.release_killswitch"
    nav = LIST
    back_url = reverse_lazy(LIST)

    @cached_property
    def switch(self) -> KillSwitch:
        known = KillSwitch.objects.select_related("by", "released_by")
        return get_object_or_404(known, pk=self.kwargs["pk"])

    @property
    def title(self) -> str:  # type: ignore[override]
        return f"Release the {str(self.switch).lower()}"

    def crumbs(self) -> list[Crumb]:
        return [Crumb("Release")]

    def act(self, given: dict[str, Any]) -> str:
        switch = switches.release(
            self.switch,
            by=person(self.request),
            reason=given["reason"],
        )
        return f"{switch}: released. Calls are let out again as the canon allows."

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Say who stopped it and why, and why this person cannot let it go on."""
        context = {
            "switch": self.switch,
            "blockers": policies.release_blockers(person(self.request), self.switch),
            "submit": "Release",
        }
        return super().get_context_data(**context | kwargs)
