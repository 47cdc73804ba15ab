"""The registry: every workflow, and what its entry lacks."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.functional import cached_property

from enrichment.models import Workflow
from governance.views.subjects import SubjectList
from outreach_admin.ui.pages.base import Page


class WorkflowList(SubjectList):
    """Workflows with their tables, by what is missing in their entries."""

    permission_required = "enrichment.view_workflow"
    title = "Workflows"
    subject = "workflow"
    empty_hint = "Register a workflow, or read the code with the audit: its entries come prefilled."


class WorkflowDetail(Page):
    """One workflow; an earlier name leads to the one of today."""

    permission_required = "enrichment.view_workflow"
    template_name = "enrichment/workflows/detail.html"
    nav = "enrichment:workflow-list"

    @cached_property
    def workflow(self) -> Workflow | None:
        return Workflow.objects.filter(workflow_name=self.kwargs["slug"]).first()

    @property
    def title(self) -> str:  # type: ignore[override]
        return str(self.workflow)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show it, or lead to its name of today."""
        if not self.workflow:
            return redirect(get_object_or_404(Workflow, aliases__alias=kwargs["slug"]))
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Give the entry with its flows and earlier names. Three queries."""
        assert self.workflow
        return super().get_context_data(
            workflow=self.workflow,
            flows=self.workflow.flows.all(),
            aliases=self.workflow.aliases.values_list("alias", flat=True),
            **kwargs,
        )
