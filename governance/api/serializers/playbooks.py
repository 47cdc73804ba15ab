"""Playbooks, their runs and reports as JSON."""

from typing import Any, ClassVar

from rest_framework import serializers

from governance.api.serializers.operations import (
    AskedSerializer,
    OperationSerializer,
)
from governance.models import Playbook, PlaybookRun, Report
from governance.queries.operations import standings, titles
from governance.reports import body
from outreach_admin.api.bodies import Body, Prose
from outreach_admin.api.rows import RowSerializer

LONGEST_NAME = 200
MOST_CODES = 1_000
MOST_NUMBER = 2_000_000_000
RUN = (
    "id",
    "reference",
    "title",
    "playbook",
    "version",
    "state",
    "standing",
    "state_note",
    "requester",
    "started_by",
    "channel",
    "note",
    "gate",
    "plan_hash",
    "as_of",
    "undoes",
    "created_at",
    "expires_at",
    "started_at",
    "finished_at",
    "planned",
    "eligible",
    "applied",
    "skipped",
    "failed",
    "cancelled",
)
RUN_WHOLE = (
    "operations",
    "effect",
    "approval",
    "undos",
    "report",
    "tiers",
    "links",
)


class RunSerializer(RowSerializer):
    """A run in a list; its counts are the sums of its operations."""

    reference = serializers.CharField(read_only=True)
    title = serializers.SerializerMethodField()
    playbook = serializers.CharField(source="version.playbook.slug", read_only=True)
    version = serializers.IntegerField(source="version.number", read_only=True)
    standing = serializers.SerializerMethodField(help_text="How it stands, as pages say it.")
    requester = serializers.CharField(source="requester.username", read_only=True)
    started_by = serializers.SerializerMethodField()
    undoes = serializers.IntegerField(
        source="undoes_id",
        read_only=True,
        allow_null=True,
    )
    planned = serializers.IntegerField(read_only=True)
    eligible = serializers.IntegerField(read_only=True)
    applied = serializers.IntegerField(read_only=True)
    skipped = serializers.SerializerMethodField()
    failed = serializers.SerializerMethodField()
    cancelled = serializers.SerializerMethodField()

    class Meta:
        model = PlaybookRun
        fields = read_only_fields = RUN

    def get_title(self, run: PlaybookRun) -> str:
        """Say what it does."""
        return titles.title_of_run(run)

    def get_standing(self, run: PlaybookRun) -> str:
        """Say how it stands."""
        return standings.of(run).key

    def get_started_by(self, run: PlaybookRun) -> str | None:
        """Name the account."""
        return run.started_by.get_username() if run.started_by else None

    def get_skipped(self, run: PlaybookRun) -> int:
        """Add up its operations."""
        return sum(operation.skipped for operation in run.operations.all())

    def get_failed(self, run: PlaybookRun) -> int:
        """Add up its operations."""
        return sum(operation.failed for operation in run.operations.all())

    def get_cancelled(self, run: PlaybookRun) -> int:
        """Add up its operations."""
        return sum(operation.cancelled for operation in run.operations.all())


class TiersSerializer(serializers.Serializer[Any]):
    """Companies by tier when a run began and when it ended; empty until then."""

    before = serializers.DictField(child=serializers.IntegerField())
    after = serializers.DictField(child=serializers.IntegerField())


class RunDetailSerializer(RunSerializer):
    """A run whole."""

    operations = OperationSerializer(source="steps", many=True, read_only=True)
    effect = serializers.DictField(child=serializers.IntegerField(), read_only=True)
    approval = AskedSerializer(source="asked", read_only=True, allow_null=True)
    undos = serializers.ListField(
        child=serializers.IntegerField(),
        source="undone_through",
        read_only=True,
        help_text="Undos of it, the newest first.",
    )
    report = serializers.IntegerField(
        source="report_id",
        read_only=True,
        allow_null=True,
    )
    tiers = TiersSerializer(read_only=True)
    links = serializers.DictField(child=serializers.CharField(), read_only=True)

    class Meta:
        model = PlaybookRun
        fields = read_only_fields = (*RUN, *RUN_WHOLE)


class PlaybookSerializer(RowSerializer):
    """A playbook in a list, with its newest version and how often it ran."""

    slug = serializers.CharField(read_only=True)
    version = serializers.IntegerField(read_only=True)
    runs = serializers.IntegerField(read_only=True)
    last_run = serializers.IntegerField(read_only=True, allow_null=True)

    class Meta:
        model = Playbook
        fields = read_only_fields = (
            "slug",
            "name",
            "description",
            "version",
            "runs",
            "last_run",
        )


class CountSerializer(serializers.Serializer[Any]):
    """What a rule would do now."""

    matched = serializers.IntegerField(help_text="Rows that it is the first to match.")
    eligible = serializers.IntegerField()
    left_alone = serializers.IntegerField()
    refusals = serializers.DictField(child=serializers.IntegerField())
    opened = serializers.IntegerField(
        help_text="Companies that could be promoted to Outreach then, and cannot now."
    )


class RuleSerializer(serializers.Serializer[Any]):
    """A rule: as it is kept, and in words."""

    place = serializers.IntegerField()
    rule = serializers.DictField()
    rows = serializers.CharField(help_text="Which rows it is about.")
    filter = serializers.CharField(help_text="The filter that lists them.")
    wrong = serializers.CharField(help_text="Why it can no longer run; else empty.")
    count = CountSerializer(allow_null=True)


class VersionSerializer(serializers.Serializer[Any]):
    """A version of a playbook."""

    number = serializers.IntegerField()
    author = serializers.CharField(allow_null=True)
    note = serializers.CharField()
    created_at = serializers.DateTimeField()
    runs = serializers.IntegerField()


class PlaybookDetailSerializer(serializers.Serializer[Any]):
    """A playbook whole: its rules in order, its versions."""

    slug = serializers.CharField()
    name = serializers.CharField()
    description = serializers.CharField()
    version = serializers.IntegerField()
    is_current = serializers.BooleanField()
    rules = RuleSerializer(many=True)
    versions = VersionSerializer(many=True)


class SimulationSerializer(serializers.Serializer[Any]):
    """What rules would do on the rows as they are now."""

    rules = RuleSerializer(many=True)


class ReportSerializer(RowSerializer):
    """A report in a list."""

    run = serializers.IntegerField(source="run_id", read_only=True)
    playbook = serializers.CharField(
        source="run.version.playbook.slug",
        read_only=True,
    )
    version = serializers.IntegerField(source="run.version.number", read_only=True)
    executor = serializers.CharField(source="run.started_by.username", read_only=True)
    total_processed = serializers.SerializerMethodField()
    holding = serializers.SerializerMethodField(help_text="Lines of compliance that hold.")
    shortfall = serializers.SerializerMethodField(help_text="Rows that were not changed, by why.")

    class Meta:
        model = Report
        fields = read_only_fields = (
            "id",
            "run",
            "playbook",
            "version",
            "executor",
            "total_processed",
            "reconciled",
            "holding",
            "shortfall",
            "created_at",
        )

    def get_total_processed(self, report: Report) -> int:
        """Count the errors that the run acted on."""
        rows: int = report.body["total_processed"]
        return rows

    def get_holding(self, report: Report) -> int:
        """Count the lines that hold."""
        return sum(line["passed"] for line in report.body["compliance"])

    def get_shortfall(self, report: Report) -> dict[str, int]:
        """Count what is missing."""
        return body.shortfall(report.body)


class RunBody(Body):
    """Which playbook to plan a run of."""

    playbook = serializers.SlugField(max_length=LONGEST_NAME)
    note = Prose(help_text="A word to whoever approves.")


class RuleBody(serializers.Serializer[Any]):
    """A rule as it is sent."""

    name = serializers.CharField(max_length=LONGEST_NAME)
    verb = serializers.CharField(max_length=LONGEST_NAME)
    subject = serializers.CharField(required=False, max_length=LONGEST_NAME)
    error_table = serializers.CharField(
        required=False,
        allow_null=True,
        max_length=LONGEST_NAME,
    )
    codes = serializers.ListField(
        child=serializers.CharField(max_length=LONGEST_NAME),
        required=False,
        max_length=MOST_CODES,
    )
    min_retries = serializers.IntegerField(
        required=False,
        allow_null=True,
        min_value=0,
        max_value=MOST_NUMBER,
    )
    max_retries = serializers.IntegerField(
        required=False,
        allow_null=True,
        min_value=0,
        max_value=MOST_NUMBER,
    )
    parameters = serializers.DictField(
        child=serializers.CharField(allow_blank=True, allow_null=True),
        required=False,
    )
    filter = serializers.CharField(required=False, allow_blank=True)


class SimulateBody(Body):
    """Rules to be tried; without them those of the newest version."""

    example: ClassVar[dict[str, Any]] = {
        "rules": [{"name": "Park mail-server errors", "verb": "park"}]
    }
    rules = RuleBody(many=True, required=False)
