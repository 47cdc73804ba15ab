"""Versions of schedules, as JSON."""

from typing import Any, ClassVar

from django.contrib.auth.models import User
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from governance.api.serializers.scheduledexports import ZONE, ClockField
from governance.forms.jobs import MOST_GRACE, MOST_MINUTES
from governance.models import Schedule
from outreach_admin.api.bodies import LONGEST_PROSE, Body, Count, Text, Truth
from outreach_admin.api.rows import RowSerializer

PERSON = serializers.CharField(allow_null=True)
LONGEST_TABLE = 200
STATES = ["proposed", "in force", "replaced", "withdrawn"]


class ScheduleSerializer(RowSerializer):
    """One version of a schedule; shipped ones were proposed by nobody."""

    state = serializers.SerializerMethodField()
    words = serializers.CharField(read_only=True)
    at = serializers.SerializerMethodField()
    weekday = serializers.IntegerField(
        read_only=True, allow_null=True, help_text="0 is Monday; null: every day."
    )
    proposed_by = serializers.SerializerMethodField()
    enforced_by = serializers.SerializerMethodField()

    class Meta:
        model = Schedule
        fields = read_only_fields = (
            "id",
            "job",
            "state",
            "words",
            "is_on",
            "every_minutes",
            "at",
            "weekday",
            "time_zone",
            "grace_minutes",
            "holds",
            "leaves_out",
            "reason",
            "proposed_by",
            "proposed_at",
            "enforced_by",
            "enforced_at",
            "ended_at",
        )

    @extend_schema_field(serializers.ChoiceField(choices=STATES))
    def get_state(self, row: Schedule) -> str:
        """Say whether it holds, waits, or is over."""
        if row.enforced_at:
            return "replaced" if row.ended_at else "in force"
        return "withdrawn" if row.ended_at else "proposed"

    @extend_schema_field(ClockField(allow_null=True))
    def get_at(self, row: Schedule) -> str | None:
        """Tell the time on the clock, to the second."""
        return row.at.isoformat(timespec="seconds") if row.at else None

    @extend_schema_field(PERSON)
    def get_proposed_by(self, row: Schedule) -> str | None:
        """Name who proposed it."""
        return _name(row.proposed_by)

    @extend_schema_field(PERSON)
    def get_enforced_by(self, row: Schedule) -> str | None:
        """Name who put it in force."""
        return _name(row.enforced_by)


def _name(person: Any) -> str | None:
    return person.get_username() if isinstance(person, User) else None


class Tables(serializers.ListField):
    """Names of error tables, in no order and each once."""

    child = serializers.CharField(max_length=LONGEST_TABLE, trim_whitespace=False)

    def to_internal_value(self, data: Any) -> list[str]:
        """Read them."""
        return sorted(set(super().to_internal_value(data)))


class ChangeScheduleBody(Body):
    """What another version of a schedule says; what is left out stays as it is in force.

    Either `every_minutes`, or `at` and at most one `weekday`: what no longer holds is sent as null.
    """

    example: ClassVar[dict[str, Any]] = {"at": "07:15", "reason": "The load ends at seven now."}
    is_on = Truth(required=False, help_text="False switches the job off.")
    at = ClockField(required=False, allow_null=True)
    weekday = Count(
        required=False,
        allow_null=True,
        min_value=0,
        max_value=6,
        help_text="0 is Monday; null: every day.",
    )
    every_minutes = Count(required=False, allow_null=True, min_value=1, max_value=MOST_MINUTES)
    time_zone = Text(required=False, max_length=ZONE, help_text="As Europe/Berlin.")
    grace_minutes = Count(
        required=False,
        min_value=1,
        max_value=MOST_GRACE,
        help_text="So long after it was due a run that has not ended is late.",
    )
    holds = Tables(
        required=False,
        help_text="Error tables that hold expired blockers, of jobs that know them.",
    )
    leaves_out = Tables(
        required=False, help_text="Error tables that the job leaves alone, of jobs that know them."
    )
    reason = Text(
        max_length=LONGEST_PROSE, help_text="It is shown to whoever puts the change in force."
    )
