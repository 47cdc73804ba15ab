"""Tools: those of the canon in force, and one of them."""

from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import cached_property

from governance import policies
from governance.charts import tools as charts
from governance.queries.canon import cases, refused, tools, usage
from governance.queries.canon.tools import Found
from governance.toolbox import wording
from governance.toolbox.entries import Tool
from governance.views.canon.base import SEE_CANON, AboutTools
from governance.views.savedviews import person
from outreach_admin.ui.pages.base import Crumb


def shown_since(at: datetime) -> datetime:
    """Return when the first of the days began that are drawn."""
    return usage.midnight(at, days_before=usage.DAYS - 1)


class ToolList(AboutTools):
    """Every tool of the canon in force, by tier."""

    permission_required = SEE_CANON
    template_name = "governance/canon/tools.html"
    title = "Tools"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Give the tools with what stops them, is used and was refused of them. Seven queries."""
        canon = self.in_force.canon
        since = shown_since(self.as_of)
        used, tiers = {}, []
        if canon:
            used = usage.of(canon.tools.values(), at=self.as_of)
            last = refused.by_tool(list(used), since=since)
            tiers = tools.by_tier(canon, self.stops, used, last)
        rows = [row for tier in tiers for row in tier.rows]
        context = {
            "since": since,
            "today": usage.midnight(self.as_of),
            "days": usage.DAYS,
            "refused": refused.totals(since=since),
            "overdue": cases.overdue(self.as_of),
            "spent": usage.spent(used.values()),
            "used_up": [row for row in rows if row.use and row.use.used_up],
            "in_force": self.in_force,
            "tiers": tiers,
            "number": len(rows),
            "stopped": [row for row in rows if row.stop],
            "calls_today": sum(one.today for one in used.values()),
            "may_stop": policies.may_stop_tools(person(self.request)),
        }
        return super().get_context_data(**context | kwargs)


class ToolDetail(AboutTools):
    """One tool by its slug, which stays when ids are given anew; its id leads there."""

    permission_required = SEE_CANON
    template_name = "governance/canon/tool.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        canon = self.in_force.canon
        named = self.kwargs["slug"]
        if canon and named in canon.tools:
            slug = canon.tools[named].slug
            return redirect("governance:tool-detail", slug)
        return super().get(request, *args, **kwargs)

    @cached_property
    def found(self) -> Found:
        found = tools.find(self.kwargs["slug"])
        if found is None:
            raise Http404
        return found

    @property
    def tool(self) -> Tool:
        return self.found.tool

    @property
    def title(self) -> str:  # type: ignore[override]
        return self.tool.name

    def crumbs(self) -> list[Crumb]:
        return [Crumb(self.tool.name)]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Give what the canon says of it in words, and when it was stopped."""
        tool, canon = self.tool, self.found.canon
        since = shown_since(self.as_of)
        context = {
            "tool": tool,
            "use": usage.of([tool], at=self.as_of)[tool.slug],
            "chart": charts.by_day(tool.slug, self.as_of),
            "last": refused.by_tool([tool.slug], since=since).get(tool.slug),
            "calls": tools.calls_of(tool.slug),
            "latest": refused.latest(tool.slug),
            "since": since,
            "days": usage.DAYS,
            "kept": self.found,
            "tier_word": wording.TIERS[tool.tier],
            "stop": self.stops.get(tool.slug),
            "hubs": tools.hubs_by_id(tool, canon),
            "gates": [(gate, wording.condition(gate, canon)) for gate in tool.gates],
            "approval": wording.approval(tool, canon),
            "retried": wording.retried(tool.backoff),
            "cached": wording.length(tool.cache),
            "has_key": tools.has_key(tool),
            "switches": tools.switches_of(tool.slug),
            "may_stop": policies.may_stop_tools(person(self.request)),
        }
        return super().get_context_data(**context | kwargs)
