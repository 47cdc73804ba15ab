"""Columns of the archive."""

from datetime import datetime
from typing import Any

from django.utils.functional import cached_property
from django.utils.safestring import SafeString

from governance.queries import people
from governance.tables.errors import ExpiryColumn, GovernedTable
from outreach_admin.ui import badges, tables
from outreach_admin.ui.people import person


class KeptColumn(ExpiryColumn):
    """When an archived error may go; a legal hold keeps it beyond that."""

    def render(self, value: datetime, record: Any, table: Any) -> SafeString:  # type: ignore[override]
        if record.held_at:
            return badges.badge("legal hold", "on hold")
        return super().render(value, table)


class ArchiveTable(GovernedTable):
    """Archived errors."""

    noun = "archived error"
    nouns = "archived errors"
    default_sort = "-archived"
    detail_url_name = "governance:archive-detail"

    company = tables.LinkColumn(accessor="company_name", width="l", hint="domain")
    message = tables.CutColumn(accessor="summary", default="no message")
    code = tables.CodeColumn(width="m")
    reason = tables.CodeColumn(accessor="archive_reason", width="m", card="state")
    was = tables.BadgeColumn(accessor="final_disposition", card="")
    archived = tables.AgoColumn(accessor="archived_at", sort="archived_at", width="m")
    by = tables.Column(accessor="archived_by", width="m", chosen=False)
    kept = KeptColumn(
        accessor="retention_expires_at",
        sort="retention_expires_at",
        width="m",
        verbose_name="Kept until",
    )
    created = tables.AgoColumn(
        accessor="created_at", width="xs", verbose_name="Seen", quiet=True, chosen=False
    )
    table = tables.Column(accessor="error_table_id", chosen=False, width="l")
    tries = tables.NumberColumn(width="xs", chosen=False)
    severity = tables.BadgeColumn(chosen=False, card="")
    domain = tables.Column(chosen=False, width="l", default="none", quiet=True)
    held = tables.AgoColumn(
        accessor="held_at", chosen=False, width="s", default="no hold", verbose_name="Held"
    )
    outreach = tables.CodeColumn(
        accessor="outreach_id", chosen=False, width="xl", default="none", verbose_name="Outreach id"
    )

    @cached_property
    def names(self) -> dict[str, str]:
        """Read the names of all who archived a row of this page, once."""
        return people.names(row.archived_by for row in self.data)

    def render_by(self, value: str) -> SafeString:
        return person(value, self.names)
