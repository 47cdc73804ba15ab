"""Entries of the registry as files: the seed's columns under their names, and what registries carry beside them."""

from enrichment.subjects import WORKFLOW
from enrichment.verbs.arrivals import COLUMNS
from governance.resources.columns import same
from governance.resources.exports import Export

WORKFLOWS = Export.of(
    WORKFLOW,
    name="workflows",
    url="enrichment:workflow-export",
    permission="enrichment.export_workflow",
    columns=same(*COLUMNS, "version", "updated_at"),
)
