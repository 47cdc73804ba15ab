"""Columns of the registry."""

from typing import Any

from django.utils.html import format_html

from enrichment.models import Workflow
from outreach_admin.ui import tables


class WorkflowTable(tables.Table):
    """Workflows with their tables, whether they coalesce, and what their entries lack."""

    noun = "workflow"
    nouns = "workflows"
    default_sort = "workflow"

    workflow = tables.LinkColumn(
        url=lambda row: row.get_absolute_url(),
        accessor="workflow_name",
        sort="workflow_name",
        width="l",
    )
    state = tables.BadgeColumn(accessor="state", width="s")
    key = tables.Column(accessor="key_column", default="missing", width="m")
    raw = tables.CodeColumn(accessor="raw_table", default="none", width="l")
    extracted = tables.CodeColumn(accessor="extracted_table", default="none", width="l")
    core = tables.CodeColumn(accessor="core_table", default="none", width="l")
    coalesces = tables.Column(accessor="intent", width="m")
    complete = tables.NumberColumn(accessor="filled", sort="filled", width="s")
    missing = tables.Column(accessor="missing", default="nothing", width="l")
    provider = tables.Column(default="unknown", width="m", chosen=False)
    payload = tables.Column(accessor="payload_type", width="m", chosen=False)
    owner = tables.Column(width="m", chosen=False)
    verified = tables.AgoColumn(accessor="verified_at", width="s", chosen=False)

    def render_complete(self, value: int) -> Any:
        """Say of how many."""
        return format_html("{} of {}", value, Workflow.FIELDS)

    def render_missing(self, value: list[str]) -> str:
        """Name what an entry lacks."""
        return ", ".join(value)
