"""The registry: every workflow, and what its entry lacks."""

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.functional import cached_property

from enrichment.models import Workflow
from enrichment.queries import entries, measures, scans, workflowpages
from governance.verbs.registry import VERBS
from governance.views.subjects import SubjectList
from outreach_admin.menu import Entry
from outreach_admin.ui import navigation
from outreach_admin.ui.pages.base import Crumb, Link, Page, wants_part

LIST = "enrichment:workflow-list"
FLOWS = "enrichment/workflows/_flows.html"
NEW = Entry(
    "Register a workflow",
    url_name="enrichment:workflow-new",
    permission="enrichment.add_workflow",
)
IMPORT = Entry(
    "Import",
    url_name="enrichment:workflow-import",
    permission="enrichment.import_workflow",
)
AUDIT = Entry(
    "Audit",
    url_name="enrichment:audit",
    permission="enrichment.view_scan",
)
REGISTER = Entry(
    "Register",
    url_name="enrichment:audit-register",
    permission="enrichment.add_workflow",
)
RUNS = Entry(
    "Runs",
    url_name="enrichment:run-list",
    permission="enrichment.view_run",
)
ENTITIES = Entry(
    "Companies and people",
    url_name="enrichment:entity-list",
    permission="enrichment.view_state",
)
# what the page of an entry does at once: of one that takes no runs, of one that does
AT_ONCE = (("verify", "activate"), ("verify", "deactivate"))
# functions without an entry that the list shows; the audit has them all
SHOWN = 5


class WorkflowList(SubjectList):
    """Workflows with their tables, by what is missing in their entries."""

    permission_required = "enrichment.view_workflow"
    title = "Workflows"
    subject = "workflow"
    template_name = "enrichment/workflows/list.html"
    empty_hint = "Register a workflow, or read the code with the audit: its entries come prefilled."

    def toolbar(self) -> Iterable[Link]:
        """Lead to new entries: by hand, by file; and to the export."""
        for entry, icon in ((NEW, "plus"), (IMPORT, "upload")):
            if url := navigation.allowed(self.request, entry):
                yield Link(entry.label, url, icon)
        yield from super().toolbar()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the figures of the whole registry, and what the code has beside it."""
        if not wants_part(self.request):
            kwargs |= self.figures()
        return super().get_context_data(**kwargs)

    def figures(self) -> dict[str, Any]:
        """Count once for the page. Four queries."""
        figures = entries.completeness()
        found = entries.unregistered()[:SHOWN] if figures.waiting else []
        return {
            "figures": figures,
            "unregistered": list(found),
            "audit_url": navigation.allowed(self.request, AUDIT),
            "register_url": navigation.allowed(self.request, REGISTER),
        }


class WorkflowDetail(Page):
    """One workflow; an earlier name leads to the one of today."""

    permission_required = "enrichment.view_workflow"
    template_name = "enrichment/workflows/detail.html"
    nav = LIST
    # counted in the warehouse, in its own time: a part that is fetched afterwards, or asked for by a link
    flow_part = "flow"

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

    def crumbs(self) -> list[Crumb]:
        return [Crumb(self.title)]

    @property
    def is_measured(self) -> bool:
        """Whether the figures of the warehouse are asked for."""
        return self.request.GET.get("part") == self.flow_part

    def get_template_names(self) -> list[str]:
        """Answer the part alone where htmx asks for it."""
        is_alone = self.is_measured and wants_part(self.request)
        return [FLOWS] if is_alone else [self.template_name]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Give the page, or the tables of the entry with what they hold."""
        assert self.workflow
        flows = list(self.workflow.flows.all())
        found: dict[str, Any] = {"workflow": self.workflow, "flows": flows}
        if self.is_measured:
            found["measures"] = {one.flow.pk: one for one in measures.of(flows)}
        if self.get_template_names() != [FLOWS]:
            found |= self.entry(self.workflow)
        return super().get_context_data(**found | kwargs)

    def entry(self, workflow: Workflow) -> dict[str, Any]:
        """Give the entry with its tables, what the code says of it, and how it runs. Sixteen queries at most."""
        aliases = list(workflow.aliases.values_list("alias", flat=True))
        found = {
            "aliases": aliases,
            "said": entries.said_of(workflow, aliases),
            "scan": scans.newest().first(),
        }
        return found | self.running(workflow)

    def running(self, workflow: Workflow) -> dict[str, Any]:
        """Give how it runs, and what happened to its entry."""
        return {
            "runs": workflowpages.latest_runs(workflow),
            "coverage": workflowpages.buckets(workflow),
            "needless": workflowpages.needless(workflow, at=self.as_of),
            "moments": workflowpages.story(workflow),
            "shown_days": workflowpages.DAYS,
            "since": f"{workflowpages.DAYS}d-ago",
            "may_edit": self.request.user.has_perm("enrichment.change_workflow"),
            "may_run": self.request.user.has_perm("governance.run_operation"),
            "acts": [
                verb
                for name in AT_ONCE[workflow.is_active]
                if self.request.user.has_perm((verb := VERBS[name]).permission)
            ],
            "audit_url": navigation.allowed(self.request, AUDIT),
            "runs_url": navigation.allowed(self.request, RUNS),
            "entities_url": navigation.allowed(self.request, ENTITIES),
        }
