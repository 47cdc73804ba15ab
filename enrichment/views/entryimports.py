"""Entries of the registry that come in by file: upload, template; the check's page is that of every file."""

from django.urls import reverse
from django.utils.functional import cached_property

from enrichment.resources.workflows import WORKFLOWS
from enrichment.views.workflows import LIST
from governance.resources.exports import Export
from governance.verbs import registry
from governance.verbs.hubs import ImportRows
from governance.views.files.hubimports import HubImport, HubPage, HubTemplate


class OfEntries(HubPage):
    """What uploads of entries share."""

    @cached_property
    def verb(self) -> ImportRows:  # type: ignore[override]
        found = registry.VERBS["import_workflow"]
        assert isinstance(found, ImportRows)
        return found

    @property
    def export(self) -> Export:
        return WORKFLOWS

    @property
    def template_url(self) -> str:
        return reverse("enrichment:workflow-import-template")


class EntryImport(OfEntries, HubImport):
    """Upload a CSV of entries; it is checked at once and nothing is imported yet."""

    nav = LIST


class EntryTemplate(OfEntries, HubTemplate):
    """An empty CSV with the header of the registry."""
