"""Columns of violations of the tool canon."""

import re
from typing import Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from governance.tables.errors import ExpiryColumn
from governance.tables.subjects import SubjectTable
from outreach_admin.ui import tables, texts


class ViolationTable(SubjectTable):
    """Violations with what was refused, how they stand, by which tool and about whom."""

    noun = "violation"
    nouns = "violations"
    default_sort = "-seen"
    detail_url_name = "governance:violation-detail"

    code = tables.Column(width="m", card="title")
    message = tables.CutColumn(accessor="violation__message")
    disposition = tables.BadgeColumn()
    tool = tables.CodeColumn(width="m", default="none", hint="tool")
    about = tables.Column(accessor="pk", width="l", hint="company_name")
    expires = ExpiryColumn(
        accessor="expiry",
        sort="expires_at",
        width="s",
        default="never",
    )
    seen = tables.AgoColumn(accessor="at", sort="at", width="s", quiet=True)
    hub = tables.CodeColumn(accessor="hub_id", width="xl", default="none", chosen=False)
    severity = tables.BadgeColumn(chosen=False, card="")
    owner = tables.Column(chosen=False, width="l", quiet=True)
    retries = tables.NumberColumn(accessor="retry_count", chosen=False, width="xs")
    actor = tables.Column(accessor="violation__actor", chosen=False, width="l", quiet=True)
    channel = tables.Column(accessor="violation__channel", chosen=False, width="s", quiet=True)

    def state_of(self, record: Any) -> str:
        return str(record.disposition)

    def render_code(self, value: str, record: Any) -> SafeString:
        """Write the link to the record; it knows the list it came from."""
        address = self.with_query(reverse(self.detail_url_name, args=[record.pk]))
        words = texts.word(value)
        return format_html(
            '<a href="{}" data-open><span class="mono">{}</span></a>', address, words
        )

    def render_message(self, value: str, record: Any) -> SafeString:
        """Write what was wrong first: tool and hub, which many messages begin with, are known from the row."""
        told = re.sub(r"^TOOL-\d+ ", "", value)
        start, _, wrong = told.partition(": ")
        is_named = bool(wrong) and start.endswith(f" for {record.hub_id}")
        words = (wrong if is_named else told)[: tables.CutColumn.LONGEST]
        return format_html('<span class="muted">{}</span>', words)

    def render_about(self, record: Any) -> SafeString | str:
        """Write whom the call was about, as a link where the spine knows it."""
        name = texts.word(record.company_name or "none")
        if record.outreach is None:
            return format_html('<span class="muted">{}</span>', name)
        address = reverse("governance:company-detail", args=[record.outreach_id])
        return format_html('<a class="link" href="{}">{}</a>', address, name)
