"""Columns of operations and of their rows."""

from typing import Any

from django.urls import reverse
from django.utils.html import format_html

from governance import verbs
from governance.models import Operation, OperationItem
from outreach_admin.ui import bars, figures, tables


class OperationTable(tables.Table):
    """Operations, newest first."""

    noun, nouns, default_sort = "operation", "operations", "-created"

    operation = tables.LinkColumn("governance:operation-detail", accessor="pk", verbose_name="Operation")
    state = tables.BadgeColumn(width="l")
    progress = tables.Column(accessor="pk", width="m")
    rows = tables.NumberColumn(accessor="planned", width="s")
    failed = tables.NumberColumn(width="s", chosen=False)
    requester = tables.Column(accessor="requester__username", width="m")
    gate = tables.CodeColumn(default="none", width="m")
    filter = tables.CutColumn(chosen=False)
    created = tables.AgoColumn(accessor="created_at", sort="created_at", width="s", verbose_name="Planned", quiet=True)

    def render_operation(self, record: Operation) -> Any:
        """Write its number and what it does as one link."""
        address = reverse("governance:operation-detail", args=[record.pk])
        return format_html('<a href="{}" data-open>{} <span class="muted">{}</span></a>', address, verbs.title_of(record), record)

    def render_progress(self, record: Operation) -> Any:
        """Draw the outcomes as shares of the plan."""
        if record.state in Operation.WAITING_STATES:
            return format_html('<span class="muted">{} eligible</span>', figures.number(record.eligible))
        label = f"{figures.number(record.applied)} applied, {figures.number(record.skipped)} skipped, {figures.number(record.failed)} failed, {figures.number(record.cancelled)} cancelled of {figures.number(record.planned)}"
        todo = record.planned - record.accounted
        parts = [(record.applied, "good"), (record.skipped, "wait"), (record.failed, "bad"), (record.cancelled + todo, "rest")]
        return format_html('<span title="{}">{}</span>', label, bars.bar(parts, label=label))


class ItemTable(tables.Table):
    """The rows of one operation."""

    noun, nouns, default_sort = "row", "rows", "row"

    row = tables.Column(accessor="subject_id", sort="subject_id", verbose_name="Row", width="2xl", card="title", empty_values=())
    code = tables.CodeColumn(accessor="subject__code", width="m", default="")
    outcome = tables.BadgeColumn(accessor="outcome")
    reason = tables.CutColumn(default="")
    was = tables.Column(accessor="before", empty_values=(), width="m", verbose_name="Was")
    now = tables.Column(accessor="now", width="m", verbose_name="Now")
    version = tables.NumberColumn(width="s", verbose_name="Planned version", default="")

    def render_row(self, record: OperationItem) -> Any:
        """Write the company or domain as a link to the row, its id where the row is gone."""
        subject = record.subject  # type: ignore[attr-defined]
        if subject is None:
            return format_html('<span class="mono">{}</span><span class="sub-line">no longer there</span>', record.subject_id)
        return format_html('{}<span class="sub-line mono">{}</span>', _link(subject), record.subject_id)

    def render_was(self, record: OperationItem) -> str:
        """Write what the row said before it was changed."""
        return str((record.before or {}).get(record.shows, ""))  # type: ignore[attr-defined]

    def render_now(self, record: OperationItem) -> str:
        """Write what the row says at this moment."""
        return record.now  # type: ignore[attr-defined]


def _link(subject: Any) -> Any:
    outreach = subject.outreach
    company = getattr(outreach, "company", None)
    name = company.company_name if company else getattr(subject, "domain", None) or (outreach.domain if outreach else "") or "without a company"
    address = address_of(subject)
    return format_html('<a href="{}" data-open>{}</a>', address, name) if address else name


def address_of(subject: Any) -> str:
    """Return where a row has its page; company targets have none yet."""
    names = {"HubError": "governance:error-detail", "ArchivedError": "governance:archive-detail"}
    name = names.get(type(subject).__name__)
    return reverse(name, args=[subject.pk]) if name else ""
