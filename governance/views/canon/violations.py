"""Violations of the tool canon: the queue, and the page of one."""

from typing import Any

from django.http import Http404
from django.urls import reverse
from django.utils.functional import cached_property

from governance.filters.violations import ViolationFilter
from governance.models import ViolationCase
from governance.queries import people
from governance.queries.canon import cases, kept
from governance.queries.errors import explanations
from governance.tables.calls import tool_link
from governance.tables.violations import ViolationTable
from governance.verbs import registry
from governance.views.subjects import SubjectList
from outreach_admin.ui.pages.base import Crumb
from outreach_admin.ui.pages.lists import Action
from outreach_admin.ui.pages.records import ListedRecord

LONGEST_TEXT = 20_000


class ViolationList(SubjectList):
    """What pipelines tried and the tool canon refused, the newest first."""

    permission_required = "governance.view_violationcase"
    title = "Violations"
    subject = "violation"
    empty_hint = "A call that the tool canon refuses appears here, with what it lacked."


class ViolationDetail(ListedRecord):
    """One violation: the fact, what failed, what to do, and everything that happened to it."""

    permission_required = "governance.view_violationcase"
    template_name = "governance/violations/detail.html"
    list_name = "governance:violation-list"
    record_name = "governance:violation-detail"
    nav = "governance:violation-list"
    noun = "violation"
    filterset_class = ViolationFilter
    table_class = ViolationTable

    @cached_property
    def record(self) -> ViolationCase:  # type: ignore[override]
        found = cases.found(self.kwargs["pk"])
        if found is None:
            raise Http404(f"no violation {self.kwargs['pk']}")
        return found

    @property
    def rows(self) -> Any:  # type: ignore[override]
        return ViolationCase.objects.only("pk")

    @property
    def title(self) -> str:  # type: ignore[override]
        return f"{self.record.code}: {cases.meaning(self.record)}"

    def crumbs(self) -> list[Crumb]:
        return [Crumb(f"No. {self.record.pk}")]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Give the fact, the story, the actions and the way on."""
        case = self.record
        previous, following = self.neighbours
        names = people.names([case.parked_by])
        context = {
            "case": case,
            "fact": case.violation,
            "tool_link": self.tool_link(),
            "message": case.violation.message[:LONGEST_TEXT],
            "failed": cases.failed(case),
            "rest": cases.beside(case)[:LONGEST_TEXT],
            "to_do": cases.to_do(case),
            "why": cases.why(case, names, at=self.as_of),
            "hub": cases.hub_name(case),
            "outlook": cases.outlook(case),
            "moments": cases.story(case),
            "people": names,
            "actions": self.actions(),
            "list_url": self.address(reverse(self.list_name)),
            "previous": previous,
            "following": following,
            "place": self.place(),
        }
        return super().get_context_data(**context | kwargs)

    def tool_link(self) -> str:
        """Lead to the tool where the canon in force has it; a banned or unknown one has no page."""
        canon = kept.in_force().canon
        known = {tool.slug for tool in canon.tools.values()} if canon else set()
        return tool_link(self.record.tool) if self.record.tool in known else ""

    def actions(self) -> list[Action]:
        """List the verbs this person may use, the first possible one as the primary."""
        offered = registry.offered_for("violation")
        usable = [verb for verb in offered if self.request.user.has_perm(verb.permission)]
        if not usable:
            return []
        row = ViolationCase.objects.filter(pk=self.record.pk)
        why_not = explanations.refusals(row, usable)
        usable.sort(key=lambda verb: why_not[verb.name] is not None)
        return [
            Action(
                verb,
                reverse("governance:operation-plan", args=[verb.name]),
                primary=verb is usable[0] and why_not[verb.name] is None,
                refusal=why_not[verb.name],
                at_once=False,
            )
            for verb in usable
        ]
