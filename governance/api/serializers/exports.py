"""Files that go out, as JSON."""

from typing import Any

from rest_framework import serializers

from governance.models import ExportFile
from governance.services.files import exports
from outreach_admin.api.rows import RowSerializer


class ExportFileSerializer(RowSerializer):
    """A file that was asked for, and how far it is."""

    name = serializers.CharField(source="subject", read_only=True)
    columns = serializers.ListField(
        source="chosen",
        child=serializers.CharField(),
        read_only=True,
        help_text="Those chosen; none: all.",
    )
    note = serializers.CharField(read_only=True)
    scheduled = serializers.IntegerField(
        source="scheduled_id",
        read_only=True,
        allow_null=True,
        help_text="The scheduled export that it came by.",
    )
    sha256 = serializers.CharField(source="digest", read_only=True)

    class Meta:
        model = ExportFile
        fields = read_only_fields = (
            "id",
            "name",
            "format",
            "filter",
            "columns",
            "state",
            "note",
            "rows",
            "written",
            "size",
            "sha256",
            "as_of",
            "scheduled",
            "due_at",
            "created_at",
            "finished_at",
        )

    def to_representation(self, instance: Any) -> dict[str, Any]:
        """Say of a file that was written whether it is still there."""
        said = super().to_representation(instance)
        return said | {"note": exports.GONE} if exports.is_gone(instance) else said


class WantedFileSerializer(serializers.Serializer[Any]):
    """A file to make."""

    name = serializers.CharField(help_text="errors, archive, readiness, audit or a hub table.")
    format = serializers.ChoiceField(choices=["csv", "json", "xlsx"], required=False)
    filter = serializers.DictField(required=False, help_text="Keys of the list's filter.")
    columns = serializers.ListField(
        child=serializers.CharField(),
        required=False,
        help_text="In the order they go out; all of them where none is named.",
    )
