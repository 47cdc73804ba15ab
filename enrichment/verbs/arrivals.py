"""Bringing entries of the registry in by file."""

from typing import Any

from django.db import models

from governance.verbs import registry
from governance.verbs.hubs import ImportRows

# what a file may say of an entry: the seed's columns under their names, and what registries carry beside them
COLUMNS = (
    "workflow_name",
    "raw_table",
    "extracted_table",
    "core_table",
    "key_column",
    "key_type",
    "coalesces_to_core",
    "is_active",
    "provider",
    "platform",
    "payload_type",
    "description",
    "intent",
    "owner",
    "source_file",
    "verified_at",
    "fresh_days",
    "empty_fresh_days",
    "stale_minutes",
    "credits_per_run",
)
ONCE = """EXISTS (
    SELECT FROM enrichment_workflowalias a
    WHERE a.alias = p.workflow_name AND a.workflow_id::text IS DISTINCT FROM r.subject_id)"""


class ImportEntries(ImportRows):
    """Bring in entries of the registry: new ones are made, those that are there take what the file says."""

    is_hub = False
    draws_keys = True
    settled = ("workflow_intent_in_step",)
    own_flaws = (
        (
            "workflow_name",
            ONCE,
            "Another workflow once had this name: write its name of today.",
        ),
    )

    def __init__(self, subject: str, table: str, **given: Any) -> None:
        super().__init__(subject, table, **given)
        self.permission = f"enrichment.{self.name}"

    @property
    def fields(self) -> "list[models.Field[Any, Any]]":
        """The columns that a file may have, in the order of the seed."""
        by_name = {field.column: field for field in self.model._meta.concrete_fields}
        return [by_name[name] for name in COLUMNS]


registry.register(
    ImportEntries(
        "workflow",
        "reference.enrichment_workflow_registry",
        shows="workflow_name",
        told_by=("workflow_name",),
        beside=(
            "enrichment_dataflow",
            "enrichment_workflowalias",
            "enrichment_coverageday",
        ),
    )
)
