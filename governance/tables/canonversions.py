"""Columns of versions of the canon."""

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from governance.models import CanonVersion
from outreach_admin.ui import badges, figures, people, tables

badges.register("in_force", "resolved", "good")
badges.register("was_in_force", "clock", "none")
badges.register("never_in_force", "missing", "none")
DIGEST_SHOWN = 12


class VersionTable(tables.Table):
    """Versions, the highest number first."""

    noun = "version"
    nouns = "versions"
    default_sort = "-version"

    version = tables.LinkColumn(
        url=lambda one: reverse("governance:canonversion-detail", args=[one.version]),
        accessor="version",
        sort="version",
        width="m",
    )
    state = tables.Column(
        accessor="pk",
        width="l",
        card="state",
    )
    loaded = tables.Column(
        accessor="loaded_at",
        verbose_name="Brought in",
        width="xl",
    )
    enforced = tables.Column(
        accessor="enforced_at",
        verbose_name="Last put in force",
        empty_values=(),
        width="xl",
    )
    sha256 = tables.CodeColumn(verbose_name="SHA-256", width="l")

    def render_state(self, record: Any) -> SafeString:
        """Draw whether it is in force, was, or never."""
        if record.is_in_force:
            return badges.badge("in_force", "In force")
        if record.enforced_at is not None:
            return badges.badge("was_in_force", "Was in force")
        return badges.badge("never_in_force", "Never in force")

    def render_loaded(self, record: CanonVersion) -> SafeString:
        return self.by(record.loaded_at, record.loaded_by, "with the console")

    def render_enforced(self, record: CanonVersion) -> SafeString:
        """Write when, and who did it; the first came with the console."""
        if record.enforced_at is None:
            return format_html('<span class="muted">{}</span>', "never")
        return self.by(record.enforced_at, record.enforced_by, "as the first one")

    def render_sha256(self, record: CanonVersion) -> SafeString:
        return format_html('<span class="mono">{}…</span>', record.sha256[:DIGEST_SHOWN])

    def by(self, at: datetime, who: Any, nobody: str) -> SafeString:
        """Write a moment, and who it was."""
        return format_html(
            '<time datetime="{}" title="{}">{}</time><span class="sub-line">{}</span>',
            at.isoformat(),
            figures.exact(at),
            figures.ago(at, self.as_of),
            people.person(who) if who else nobody,
        )
