"""Runs as JSON."""

from rest_framework import serializers

from enrichment.models import Run
from outreach_admin.api.rows import RowSerializer


class RunSerializer(RowSerializer):
    """A run; counts and credits are null while nobody has said."""

    workflow = serializers.CharField(source="workflow.workflow_name", read_only=True)
    refused_for = serializers.UUIDField(
        source="refused_for_id",
        read_only=True,
        allow_null=True,
        help_text="Of a skipped run: the fresh run that made it needless.",
    )
    by = serializers.SerializerMethodField()

    class Meta:
        model = Run
        fields = (
            "id",
            "workflow",
            "entity_type",
            "entity_key",
            "raw_key",
            "status",
            "attempt",
            "source",
            "trigger",
            "idempotency_key",
            "ran_at",
            "queued_at",
            "started_at",
            "heartbeat_at",
            "completed_at",
            "records_in",
            "records_out",
            "records_skipped",
            "records_failed",
            "records_in_extracted",
            "records_in_core",
            "layers",
            "credits",
            "credits_saved",
            "error_class",
            "error_text",
            "refused_for",
            "by",
        )

    def get_by(self, run: Run) -> str | None:
        """Name the account that opened it."""
        return run.by.get_username() if run.by else None
