"""Columns of calls of tools."""

import re
from typing import Any

from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.safestring import SafeString

from governance.models import ToolCall
from governance.queries.companies import names
from outreach_admin.ui import badges, figures, tables, texts

SLUG = re.compile(r"[-\w]+", re.ASCII)
badges.register("reserved", "running", "run")
badges.register("succeeded", "resolved", "good")
badges.register("called_off", "undo", "warn")
badges.register("given_back", "undo", "none")


class CallTable(tables.Table):
    """Calls, newest first."""

    noun = "call"
    nouns = "calls"
    default_sort = "-reserved"

    call = tables.LinkColumn(
        "governance:call-detail",
        accessor="correlation_id",
        verbose_name="Correlation id",
        width="l",
        hint="correlation_id",
    )
    tool = tables.Column(accessor="tool_id", width="l")
    about = tables.Column(accessor="entity", default="none", verbose_name="About")
    status = tables.BadgeColumn(accessor="status", width="m")
    took = tables.Column(accessor="pk", width="s")
    cost = tables.Column(
        accessor="cost",
        verbose_name="USD",
        width="s",
    )
    reserved = tables.AgoColumn(
        accessor="reserved_at",
        sort="reserved_at",
        width="m",
        quiet=True,
    )
    hub = tables.CodeColumn(width="l", chosen=False)
    entity = tables.CutColumn(card="", width="l", chosen=False)
    by = tables.PersonColumn(
        default="a program",
        width="m",
        chosen=False,
    )

    @cached_property
    def companies(self) -> dict[str, names.Company]:
        """Read the companies that the calls of this page are about, once."""
        return names.named_by({call.entity for call in self.data})

    def render_about(self, value: str, record: ToolCall) -> SafeString:
        """Name the company as a link where the spine has it, with the hub that it was called for."""
        return format_html(
            '{}<span class="sub-line mono">{}</span>',
            about(value, self.companies.get(value)),
            texts.word(record.hub),
        )

    def render_tool(self, record: ToolCall) -> SafeString:
        """Link the tool by its slug, under the id that it had then."""
        return format_html(
            '{}<span class="sub-line mono">{}</span>',
            tool_link(record.tool),
            texts.word(record.tool_id),
        )

    def render_status(self, record: ToolCall) -> SafeString:
        return badges.badge(record.status, record.get_status_display())

    def render_took(self, record: ToolCall) -> str:
        """Say how long it lasted; one that was given back or called off was never made."""
        is_open = record.status == ToolCall.Status.RESERVED
        return "open" if is_open else took(record.duration) or "none"

    def render_cost(self, value: Any) -> str:
        return dollars(value)


def about(entity: str, company: names.Company | None) -> SafeString:
    """Lead to the company that a call is about; another entity stays a text."""
    if company is None:
        return format_html("{}", texts.word(entity))
    address = reverse("governance:company-detail", args=[company.outreach_id])
    return format_html('<a class="link" href="{}">{}</a>', address, texts.word(company.name))


def tool_link(slug: str) -> SafeString:
    """Lead to a tool; what plain SQL wrote and no tool can be called stays a text."""
    name = texts.word(slug)
    if not SLUG.fullmatch(slug):
        return format_html("{}", name)
    address = reverse("governance:tool-detail", args=[slug])
    return format_html('<a class="link" href="{}">{}</a>', address, name)


def took(milliseconds: int | None) -> str:
    """Write how long a call lasted."""
    if milliseconds is None:
        return ""
    if milliseconds < 1000:
        return f"{milliseconds} ms"
    return figures.duration(milliseconds / 1000)


def dollars(cost: Any) -> str:
    """Write US dollars without zeros at the end; nothing for what is free."""
    return f"{cost.normalize():f}" if cost else "0"
