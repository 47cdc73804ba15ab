"""Columns of the queue."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from governance.tables.subjects import SubjectTable
from outreach_admin.ui import figures, tables


class ExpiryColumn(tables.AgoColumn):
    """When a row expires: what has expired keeps its "ago"."""

    def render(self, value: datetime, table: Any) -> SafeString:
        words = figures.ago(value, getattr(table, "as_of", None) or timezone.now())
        return format_html(
            '<time datetime="{}" title="{}">{}</time>',
            value.isoformat(),
            figures.exact(value),
            words,
        )


class GovernedTable(SubjectTable):
    """What lists of live and archived errors share."""

    def state_of(self, record: Any) -> str:
        return str(record.disposition)

    def render_outreach(self, value: UUID, record: Any) -> SafeString:
        """Write the id, as a link to its company where the spine knows it."""
        if record.outreach is None:
            return format_html('<span class="mono">{}</span>', value)
        address = reverse("governance:company-detail", args=[value])
        return format_html('<a class="link mono" href="{}">{}</a>', address, value)

    def render_table(self, record: Any) -> SafeString:
        """Write the table's name without its schema."""
        return format_html(
            '<span class="mono" title="{}">{}</span>',
            record.error_table_id,
            record.error_table_id.rpartition(".")[2],
        )


class ErrorTable(GovernedTable):
    """Live errors."""

    noun = "error"
    nouns = "errors"
    default_sort = "-created"
    detail_url_name = "governance:error-detail"
    act_url_name = "governance:error-act"

    company = tables.LinkColumn(accessor="company_name", width="xl", hint="domain")
    domain = tables.Column(chosen=False, width="l", default="none", quiet=True)
    message = tables.CutColumn(accessor="summary", default="no message")
    code = tables.CodeColumn(width="m", hint="code")
    disposition = tables.BadgeColumn()
    tries = tables.NumberColumn(width="xs", sort="retry_count")
    expires = ExpiryColumn(accessor="expiry", sort="expires_at", width="s")
    created = tables.AgoColumn(
        accessor="created_at", sort="created_at", width="s", verbose_name="Seen", quiet=True
    )
    table = tables.Column(accessor="error_table_id", chosen=False, width="l")
    owner = tables.Column(chosen=False, width="l", quiet=True)
    severity = tables.BadgeColumn(chosen=False, card="")
    stage = tables.CodeColumn(chosen=False, width="s", default="none")
    escalation = tables.NumberColumn(
        accessor="escalation_level", chosen=False, width="xs", verbose_name="Level"
    )
    park_reason = tables.CodeColumn(chosen=False, width="xl", default="not parked")
    next_try = ExpiryColumn(
        accessor="next_retry_at", chosen=False, width="s", default="not planned"
    )
    held = tables.AgoColumn(
        accessor="held_at", chosen=False, width="s", default="no hold", verbose_name="Held"
    )
    outreach = tables.CodeColumn(
        accessor="outreach_id", chosen=False, width="xl", default="none", verbose_name="Outreach id"
    )
