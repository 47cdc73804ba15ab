"""Columns of companies and people."""

from typing import Any

from django.utils.html import format_html

from enrichment.addresses import place
from enrichment.models import Entity
from outreach_admin.ui import tables, texts

# instead of the number of workflows, where one is named
OF_WORKFLOW = ("state", "completed", "gap")


class EntityColumn(tables.LinkColumn):
    """The key, leading to everything known of it where that has a page."""

    def render(self, value: Any, record: Any) -> Any:
        """Write the key."""
        if self.address(record):
            return super().render(value, record)
        return format_html('<span class="mono">{}</span>', texts.word(value))


def page_of(entity: Entity) -> str:
    """Return the address of an entity's page; empty where there is none."""
    return place("enrichment:entity-detail", entity.entity_type, entity.entity_key)


class EntityTable(tables.Table):
    """Companies and people, with their state where a workflow is named."""

    noun = "company or person"
    nouns = "companies and people"
    default_sort = "key"

    key = EntityColumn(
        url=page_of,
        accessor="entity_key",
        sort="entity_key",
        width="2xl",
    )
    name = tables.Column(default="none", width="l", card="text", hint="name")
    kind = tables.Column(accessor="entity_type", width="s")
    state = tables.BadgeColumn(default="", chosen=False)
    completed = tables.AgoColumn(accessor="completed_at", width="s", chosen=False)
    gap = tables.Column(default="none", width="s", chosen=False)
    workflows = tables.NumberColumn(
        verbose_name="Workflows done",
        default="",
        width="m",
    )
    in_warehouse = tables.Column(width="m")
    first_seen = tables.AgoColumn(accessor="first_seen_at", width="s")

    def render_in_warehouse(self, value: bool) -> str:
        """Say whether the warehouse holds it."""
        return "yes" if value else "no"
