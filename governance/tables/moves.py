"""Columns of companies that moved, and the addresses that lead to companies."""

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from governance.models import Reason, Tier
from governance.queries.readiness.moves import ABSENT
from outreach_admin.ui import tables
from outreach_admin.ui.texts import word

TIERS = dict(Tier.choices) | {ABSENT: "Not there"}
REASONS = dict(Reason.choices)


def companies_url(query: str) -> str:
    """Give the address of the companies that a filter keeps."""
    return f"{reverse('governance:company-list')}?{query}"


def company_url(move: Any) -> str:
    """Give the address of the company that moved."""
    return reverse("governance:company-detail", args=[move.outreach_id])


def moves_url(first: date, last: date, **filters: str) -> str:
    """Give the address of the companies that moved between the ends of two days."""
    query = urlencode({"from": str(first), "to": str(last)} | filters)
    return f"{reverse('governance:readiness-moves')}?{query}"


class MoveTable(tables.Table):
    """Companies that moved, the last to begin first."""

    noun = "company that moved"
    nouns = "companies that moved"
    default_sort = "-changed"

    company = tables.LinkColumn(
        url=company_url,
        accessor="company_name",
        empty_values=(),
        sort="outreach_id",
        hint="company_name",
    )
    domain = tables.Column(chosen=False, width="l", default="none")
    stood = tables.Column(accessor="stood_tier", verbose_name="From", width="l")
    stands = tables.Column(accessor="stands_tier", verbose_name="To", width="l", card="state")
    lacked = tables.Column(accessor="stood_reason", width="l", default="nothing")
    lacks = tables.Column(accessor="stands_reason", width="l", default="nothing")
    changed = tables.AgoColumn(
        accessor="at",
        sort="at",
        width="m",
        quiet=True,
        verbose_name="Changed",
    )

    def render_company(self, value: str, record: Any) -> SafeString:
        """Link the company by its name, by its id where it is no more."""
        named = word(value or record.outreach_id)
        return format_html('<a href="{}" data-open>{}</a>', company_url(record), named)

    def render_stood(self, value: str) -> str:
        """Write a tier in words."""
        return TIERS.get(value, value)

    def render_stands(self, value: str) -> str:
        return TIERS.get(value, value)

    def render_lacked(self, value: str) -> str:
        return REASONS.get(value, value)

    def render_lacks(self, value: str) -> str:
        return REASONS.get(value, value)
