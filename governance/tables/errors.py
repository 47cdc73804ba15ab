"""Columns of the queue."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from governance.verbs.base import Verb
from outreach_admin.ui import figures, sprite, tables, texts


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


class GovernedTable(tables.Table):
    """What lists of live and archived errors share.

    `query` is the list's address, carried to each record; `acts` are the verbs that a row offers by itself.
    """

    detail_url_name = ""
    act_url_name = ""
    query = ""
    acts: Sequence[Verb] = ()

    def render_company(self, value: str, record: Any) -> SafeString:
        """Write the link to the record; it knows the list it came from."""
        address = reverse(self.detail_url_name, args=[record.pk])
        name = texts.word(value)
        return format_html(
            '<a href="{}" data-open>{}</a>{}',
            self.with_query(address),
            name,
            self.acts_on(record, name),
        )

    def with_query(self, address: str) -> str:
        return f"{address}?{self.query}" if self.query else address

    def acts_on(self, record: Any, name: str) -> SafeString | str:
        """Write the links to what can be done to this row at once; they show where it is looked at."""
        if not self.act_url_name:
            return ""
        links = format_html_join(
            "",
            '<a class="button" href="{}" data-act="{}" title="{} ({})">{}</a>',
            (
                (
                    self.with_query(reverse(self.act_url_name, args=[record.pk, verb.name])),
                    verb.key,
                    verb.label,
                    verb.key,
                    sprite.icon(verb.icon, f"{verb.label} {name}"),
                )
                for verb in self.acts
                if verb.takes(record.disposition)
            ),
        )
        return format_html('<span class="row-acts">{}</span>', links) if links else ""

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
    code = tables.CodeColumn(width="l")
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
    outreach = tables.CodeColumn(
        accessor="outreach_id", chosen=False, width="xl", default="none", verbose_name="Outreach id"
    )
