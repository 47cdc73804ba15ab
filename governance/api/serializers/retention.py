"""Retention, purges and the account of every error, as JSON."""

from typing import Any, ClassVar

from rest_framework import serializers

from governance.api.serializers.jobs.schedules import ScheduleSerializer
from governance.forms.archives import LONGEST
from outreach_admin.api.bodies import LONGEST_PROSE, Body, Count, Text


class ConsentSerializer(serializers.Serializer[Any]):
    """A standing approval: archived errors of a table are deleted at this age, until it changes."""

    error_table = serializers.CharField(source="error_table_id")
    days = serializers.IntegerField(source="retention.days")
    agreed_by = serializers.SerializerMethodField()
    agreed_at = serializers.DateTimeField()
    note = serializers.CharField()

    def get_agreed_by(self, consent: Any) -> str | None:
        """Name who agreed; nobody did to those that came with the console."""
        return consent.agreed_by.get_username() if consent.agreed_by else None


class MonthSerializer(serializers.Serializer[Any]):
    """Archived rows that may go in a month; what is overdue stands in the first one."""

    month = serializers.DateField(help_text="Its first day.")
    rows = serializers.IntegerField()


class ForecastSerializer(serializers.Serializer[Any]):
    """One error table: its policy, whether its deletion is agreed to and scheduled, and what goes when."""

    error_table = serializers.CharField(source="table.name")
    hub = serializers.CharField(source="table.hub_id", allow_null=True)
    retention_days = serializers.IntegerField(source="table.retention.days")
    consent = ConsentSerializer(
        allow_null=True, help_text="Null: nobody agreed, and nothing of it is deleted."
    )
    is_left_out = serializers.BooleanField(help_text="Whether the clean-up leaves it alone.")
    archived = serializers.IntegerField()
    held = serializers.IntegerField(help_text="Of the archived: under legal hold, which stay.")
    overdue = serializers.IntegerField(help_text="Past their retention, and still there.")
    months = MonthSerializer(many=True)
    later = serializers.IntegerField(help_text="After the last of the months.")

    def to_representation(self, instance: Any) -> Any:
        """Write its months as a list, in their order."""
        months = [{"month": month, "rows": rows} for month, rows in instance.months.items()]
        return super().to_representation({**vars(instance), "months": months})


class PurgeSerializer(serializers.Serializer[Any]):
    """What one clean-up deleted of one table, from the manifests."""

    reference = serializers.CharField(help_text="What people quote.")
    operation = serializers.IntegerField(allow_null=True)
    run = serializers.IntegerField(allow_null=True, help_text="The run of jobs by SQL, if it was.")
    who = serializers.CharField()
    at = serializers.DateTimeField()
    error_table = serializers.CharField()
    rows = serializers.IntegerField()
    digest = serializers.CharField(help_text="SHA-256 over those of its statements.")


class RetentionSerializer(serializers.Serializer[Any]):
    """How long archived errors stay, table by table and month by month."""

    as_of = serializers.DateTimeField()
    schedule = ScheduleSerializer(
        allow_null=True, help_text="The one in force of the weekly clean-up."
    )
    tables = ForecastSerializer(many=True)
    purges = PurgeSerializer(many=True, help_text="The latest.")


class AccountSerializer(serializers.Serializer[Any]):
    """One error table: live + archived + purged = created, where every error is accounted for."""

    error_table = serializers.CharField()
    live = serializers.IntegerField()
    archived = serializers.IntegerField()
    purged = serializers.IntegerField()
    created = serializers.IntegerField()
    difference = serializers.IntegerField(help_text="Rows that are missing; below 0: too many.")
    balances = serializers.BooleanField()


class CheckedSerializer(serializers.Serializer[Any]):
    """What a stored check found."""

    at = serializers.DateTimeField()
    is_exact = serializers.BooleanField(help_text="Counted from the rows themselves.")
    differing = serializers.JSONField(help_text="Rows that are missing, by error table.")


class ReconciliationSerializer(serializers.Serializer[Any]):
    """The account of every error by counters, and what the latest check found."""

    as_of = serializers.DateTimeField()
    balances = serializers.BooleanField(help_text="Whether every table does.")
    tables = AccountSerializer(many=True)
    checked = CheckedSerializer(allow_null=True, help_text="The latest check; null: none yet.")


class AgreeBody(Body):
    """The retention that was read, and a remark."""

    example: ClassVar[dict[str, Any]] = {"days": 365, "note": "As the contract has it."}
    days = Count(
        min_value=0, max_value=LONGEST, help_text="As `retention_days` says: else it is refused."
    )
    note = Text(required=False, allow_blank=True, default="", max_length=LONGEST_PROSE)
