"""Scheduled exports, as JSON, and what is sent to make and change one."""

from datetime import time
from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from governance.api.serializers.exports import ExportFileSerializer
from governance.models import ScheduledExport
from governance.models.jobs.scheduledexports import MOST_KEPT
from governance.queries import scheduledexports as queries
from governance.services.files.scheduled import LONGEST_NAME
from outreach_admin.api.bodies import Body
from outreach_admin.api.rows import RowSerializer

FORMATS = ["csv", "json", "xlsx"]
ZONE = 64
# of a day that is told elsewhere: `format: time` of JSON Schema wants a zone
CLOCK = r"^([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?$"


class ClockField(serializers.RegexField):
    """The time on a clock, as HH:MM or HH:MM:SS."""

    def __init__(self, **given: Any) -> None:
        words = {"help_text": "In its time zone, as HH:MM or HH:MM:SS."}
        super().__init__(CLOCK, trim_whitespace=False, **words | given)

    def to_internal_value(self, data: Any) -> time:
        """Read it; the pattern is asked before the value is kept."""
        text = super().to_internal_value(data)
        self.run_validators(text)
        try:
            return time.fromisoformat(text)
        except ValueError:
            self.fail("invalid")

    def run_validators(self, value: Any) -> None:
        """Ask what is text: what was read of it is sound."""
        if isinstance(value, str):
            super().run_validators(value)

    def to_representation(self, value: time) -> str:
        """Write it with its seconds."""
        return value.isoformat(timespec="seconds")


class ScheduledExportSerializer(RowSerializer):
    """A scheduled export with its last run, and when it is due next."""

    owner = serializers.CharField(source="owner.username", read_only=True)
    subject = serializers.CharField(read_only=True)
    format = serializers.CharField(read_only=True)
    columns = serializers.ListField(
        source="chosen",
        child=serializers.CharField(),
        read_only=True,
        help_text="Those chosen; none: all.",
    )
    view = serializers.IntegerField(
        source="view_id",
        read_only=True,
        allow_null=True,
        help_text="The saved view whose filter is taken at each run.",
    )
    at = ClockField(read_only=True)
    weekday = serializers.IntegerField(
        read_only=True, allow_null=True, help_text="0 is Monday; null: every day."
    )
    next_at = serializers.SerializerMethodField(help_text="Null while it is stopped.")
    last = serializers.SerializerMethodField(help_text="Its last run; null before the first.")

    class Meta:
        model = ScheduledExport
        fields = read_only_fields = (
            "id",
            "name",
            "owner",
            "subject",
            "format",
            "filter",
            "view",
            "view_name",
            "columns",
            "at",
            "weekday",
            "time_zone",
            "keep",
            "is_on",
            "next_at",
            "last",
            "created_at",
            "version",
        )

    @extend_schema_field(serializers.DateTimeField(allow_null=True))
    def get_next_at(self, row: ScheduledExport) -> Any:
        """Say when it is due next."""
        return queries.next_at(row)

    @extend_schema_field(ExportFileSerializer(allow_null=True))
    def get_last(self, row: ScheduledExport) -> Any:
        """Tell of its last run."""
        files = vars(row).get("latest") or []
        return ExportFileSerializer(files[0]).data if files else None


class ChangeScheduledBody(Body):
    """What is changed of a scheduled export; what is left out stays."""

    example: ClassVar[dict[str, Any]] = {"at": "07:15", "weekday": 0, "keep": 12}
    name = serializers.CharField(max_length=LONGEST_NAME, required=False)
    format = serializers.ChoiceField(choices=FORMATS, required=False)
    filter = serializers.DictField(
        required=False, help_text="Keys of the list's filter; takes the place of a view."
    )
    view = serializers.IntegerField(
        required=False,
        min_value=1,
        max_value=2**63 - 1,
        help_text="A saved view of the list; takes the place of a filter.",
    )
    columns = serializers.ListField(
        child=serializers.CharField(),
        required=False,
        help_text="In the order they go out; all of them where none is named.",
    )
    at = ClockField(required=False)
    weekday = serializers.IntegerField(
        required=False,
        allow_null=True,
        min_value=0,
        max_value=6,
        help_text="0 is Monday; null: every day.",
    )
    time_zone = serializers.CharField(max_length=ZONE, required=False, help_text="By default UTC.")
    keep = serializers.IntegerField(
        required=False, min_value=1, max_value=MOST_KEPT, help_text="By default 7 files stay."
    )


class ScheduledBody(ChangeScheduledBody):
    """A scheduled export to make."""

    example: ClassVar[dict[str, Any]] = {
        "name": "Errors that block",
        "subject": "errors",
        "format": "csv",
        "filter": {"blocks": "true", "disposition": ["PARKED", "RETRY"]},
        "at": "06:30",
        "time_zone": "Europe/Berlin",
        "keep": 7,
    }
    name = serializers.CharField(max_length=LONGEST_NAME)
    subject = serializers.ChoiceField(choices=["errors", "readiness"])
    at = ClockField()
