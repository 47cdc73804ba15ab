"""Columns of reports."""

from typing import Any

from django.utils.html import format_html

from governance.models import Report
from governance.reports import body
from outreach_admin.ui import badges, figures, tables
from outreach_admin.ui.sprite import icon

badges.register("reconciled", "resolved", "good")
badges.register("unreconciled", "blocked", "bad")


class ReportTable(tables.Table):
    """Reports, newest first; every figure was stored with the report."""

    noun = "report"
    nouns = "reports"
    default_sort = "-written"

    report = tables.LinkColumn(
        "governance:report-detail", accessor="run__version__playbook__name", width="2xl"
    )
    run = tables.CodeColumn(accessor="run", width="m")
    version = tables.NumberColumn(accessor="run__version__number", width="s")
    processed = tables.NumberColumn(accessor="body", width="m", verbose_name="Errors processed")
    totals = tables.Column(accessor="reconciled", width="l", card="state")
    compliance = tables.Column(accessor="body", width="m", verbose_name="Compliance")
    executor = tables.PersonColumn(accessor="run__started_by", width="m")
    written = tables.AgoColumn(accessor="created_at", sort="created_at", width="s", quiet=True)

    def render_processed(self, value: Any) -> Any:
        """Write how many errors the run acted on, and that rows of its plans are missing."""
        rows = figures.number(value["total_processed"])
        if not body.shortfall(value):
            return rows
        return format_html('{}<span class="sub-line">in part</span>', rows)

    def render_totals(self, record: Report) -> Any:
        """Write whether the totals agree with the stored events."""
        word = "reconciled" if record.reconciled else "UNRECONCILED"
        look = badges.look(word)
        return format_html(
            '<span class="badge is-{}">{}{}</span>', look.tone, icon(look.icon), word
        )

    def render_compliance(self, value: Any) -> str:
        """Write how many of the lines hold."""
        return f"{sum(line['passed'] for line in value['compliance'])} of {len(value['compliance'])} hold"
