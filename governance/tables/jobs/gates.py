"""Columns of companies whose gate opened through expiry."""

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from governance.models import OpenedGate
from outreach_admin.ui import badges, figures, people, tables, texts

badges.register("to review", "clock", "none")
badges.register("looked at", "resolved", "good")


class OpenedGateTable(tables.Table):
    """Companies that may go on because an error expired, the latest first."""

    noun = "opened gate"
    nouns = "opened gates"
    default_sort = "-run"

    company = tables.Column(accessor="outreach_id", width="2xl", card="title")
    opens = tables.Column(accessor="opens_outreach", width="l", verbose_name="Open now")
    run = tables.Column(width="l", sort="id", verbose_name="Opened by")
    reviewed = tables.Column(
        accessor="reviewed_at", width="l", card="state", empty_values=(), verbose_name="Review"
    )
    reviewer = tables.Column(accessor="reviewed_by", width="l", verbose_name="By", default="")

    def render_company(self, record: OpenedGate) -> SafeString:
        """Lead to the company by its domain, by its id where it is gone."""
        return format_html(
            '<a class="link" href="{}">{}</a>',
            reverse("governance:company-detail", args=[record.outreach_id]),
            texts.word(record.domain or str(record.outreach_id)),  # type: ignore[attr-defined]
        )

    def render_opens(self, value: bool) -> str:
        """Say how far it may go."""
        return "Outreach" if value else "all but Outreach"

    def render_run(self, record: OpenedGate) -> SafeString:
        """Lead to the run that archived its error."""
        return format_html(
            '<a class="link" href="{}">{}</a>',
            reverse("governance:jobrun-detail", args=[record.run_id]),
            record.run,
        )

    def render_reviewed(self, record: OpenedGate) -> SafeString:
        """Say whether somebody has looked."""
        return badges.badge("looked at" if record.reviewed_at else "to review")

    def render_reviewer(self, record: OpenedGate) -> SafeString:
        """Say who, and when."""
        return format_html(
            '{}<span class="sub-line">{}</span>',
            people.person(record.reviewed_by),
            figures.exact(record.reviewed_at),
        )
