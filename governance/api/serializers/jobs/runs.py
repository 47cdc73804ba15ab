"""Runs of jobs, their steps and the gates that they opened, as JSON."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from governance.models import JobRun, JobStep, OpenedGate
from governance.queries.jobs import totals
from governance.services.jobs import registry
from outreach_admin.api.rows import RowSerializer

COUNTS = serializers.DictField(child=serializers.IntegerField())
COLUMNS = (
    "id",
    "reference",
    "job",
    "label",
    "is_dry",
    "state",
    "trigger",
    "started_by",
    "as_of",
    "due_at",
    "schedule",
    "is_idle",
    "claimed_at",
    "started_at",
    "finished_at",
    "seconds",
    "fault",
)


class JobRunSerializer(RowSerializer):
    """A run of a job."""

    reference = serializers.CharField(read_only=True)
    label = serializers.SerializerMethodField(help_text="What people call the job.")
    trigger = serializers.CharField(
        read_only=True, help_text="schedule, person, command or retry: what began it."
    )
    schedule = serializers.IntegerField(
        source="schedule_id",
        read_only=True,
        allow_null=True,
        help_text="The version in force when it was claimed: its standing approval.",
    )
    seconds = serializers.FloatField(
        read_only=True, allow_null=True, help_text="Null while it goes on."
    )

    class Meta:
        model = JobRun
        fields = read_only_fields = COLUMNS

    @extend_schema_field(str)
    def get_label(self, row: JobRun) -> str:
        """Say what people call its job."""
        return registry.label_of(row.job)


class JobStepSerializer(RowSerializer):
    """One part of a run, guarded alone."""

    label = serializers.SerializerMethodField(help_text="What people call its job.")
    state = serializers.CharField(read_only=True, help_text="waiting, done or failed.")
    operation = serializers.IntegerField(
        source="operation_id",
        read_only=True,
        allow_null=True,
        help_text="The operation that it made; null where no row was found, or it changes none.",
    )
    counts = serializers.DictField(
        source="counted",
        child=serializers.IntegerField(),
        read_only=True,
        help_text="Rows by error table, or by what the job counts.",
    )
    levels = serializers.JSONField(
        read_only=True, help_text="Rows by error table and level, where it escalates."
    )
    rows = serializers.IntegerField(read_only=True, help_text="Of all tables.")

    class Meta:
        model = JobStep
        fields = read_only_fields = (
            "position",
            "job",
            "label",
            "verb",
            "state",
            "operation",
            "counts",
            "levels",
            "rows",
            "seconds",
            "fault",
        )

    @extend_schema_field(str)
    def get_label(self, row: JobStep) -> str:
        """Say what people call its job."""
        return registry.label_of(row.job)


class JobRunDetailSerializer(JobRunSerializer):
    """A run with what it did, by job and error table, its operations and the gates it opened."""

    counts = serializers.SerializerMethodField(
        help_text="Rows by job and error table, as the command prints them."
    )
    steps = JobStepSerializer(many=True, read_only=True)
    gates_opened = serializers.IntegerField(
        read_only=True, help_text="Companies that may go on because an error expired."
    )
    gates_to_review = serializers.IntegerField(
        read_only=True, help_text="Those of them that nobody has looked at."
    )
    links = serializers.DictField(child=serializers.CharField(), read_only=True)

    class Meta:
        model = JobRun
        fields = read_only_fields = (
            *COLUMNS,
            "counts",
            "steps",
            "gates_opened",
            "gates_to_review",
            "links",
        )

    @extend_schema_field(serializers.DictField(child=COUNTS))
    def get_counts(self, row: JobRun) -> dict[str, dict[str, int]]:
        """Add up its steps."""
        return totals.by_job(row)


class OpenedGateSerializer(RowSerializer):
    """A company that may go on because an error expired."""

    run = serializers.IntegerField(source="run_id", read_only=True)
    outreach_id = serializers.UUIDField(read_only=True)
    domain = serializers.CharField(
        read_only=True, allow_null=True, help_text="Null where the company is no longer there."
    )
    reviewed_by = serializers.SerializerMethodField()

    class Meta:
        model = OpenedGate
        fields = read_only_fields = (
            "id",
            "run",
            "outreach_id",
            "domain",
            "opens_outreach",
            "reviewed_by",
            "reviewed_at",
        )

    @extend_schema_field(serializers.CharField(allow_null=True))
    def get_reviewed_by(self, row: OpenedGate) -> Any:
        """Name who has looked."""
        return row.reviewed_by.get_username() if row.reviewed_by else None
