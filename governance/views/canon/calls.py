"""Calls of tools: the ledger, and one of its calls."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.utils.functional import cached_property

from governance.filters.canon.calls import CallFilter
from governance.models import ToolCall
from governance.queries.companies import names
from governance.tables.calls import CallTable, about, dollars, took, tool_link
from governance.toolbox.facts import shown
from governance.views.canon.base import AboutTools
from outreach_admin.ui.pages.base import Crumb
from outreach_admin.ui.pages.lists import TablePage

SEE_CALLS = "governance.view_toolcall"
LIST = "governance:call-list"


class CallList(AboutTools, TablePage):
    """Every call that was reserved, the newest first."""

    permission_required = SEE_CALLS
    template_name = "governance/canon/listed.html"
    title = "Calls"
    queryset = ToolCall.objects.select_related("by").defer("facts", "fault")
    table_class = CallTable
    filterset_class = CallFilter
    empty_hint = "Calls of tools are written down here from their reservation on."


class CallDetail(AboutTools):
    """One call: what was said of its entity, what it took, how it ended."""

    permission_required = SEE_CALLS
    template_name = "governance/canon/call.html"
    nav = LIST

    @cached_property
    def call(self) -> ToolCall:
        known = ToolCall.objects.select_related("by", "person")
        return get_object_or_404(known, pk=self.kwargs["pk"])

    @property
    def title(self) -> str:  # type: ignore[override]
        return str(self.call)

    def crumbs(self) -> list[Crumb]:
        return [Crumb(self.title)]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Give the call with its facts."""
        context = {
            "call": self.call,
            "facts": [(name, shown(value)) for name, value in sorted(self.call.facts.items())],
            "about": about(
                self.call.entity, names.named_by([self.call.entity]).get(self.call.entity)
            ),
            "tool_link": tool_link(self.call.tool),
            "took": took(self.call.duration),
            "cost": dollars(self.call.cost),
        }
        return super().get_context_data(**context | kwargs)
