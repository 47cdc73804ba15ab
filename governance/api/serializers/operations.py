"""Operations and their rows as JSON."""

from typing import Any

from rest_framework import serializers

from governance.api.serializers.plans import (
    EffectSerializer,
    ProgressSerializer,
    UndoGroupsSerializer,
)
from governance.models import Operation
from governance.queries.operations import standings, titles
from outreach_admin.api.rows import RowSerializer

COLUMNS = (
    "id",
    "reference",
    "title",
    "kind",
    "verb",
    "subject",
    "state",
    "standing",
    "state_note",
    "parameters",
    "filter",
    "scope",
    "as_of",
    "note",
    "requester",
    "actor",
    "channel",
    "gate",
    "plan_hash",
    "planned",
    "eligible",
    "refusals",
    "applied",
    "skipped",
    "failed",
    "cancelled",
    "undone_rows",
    "undone_by",
    "undoes",
    "retries",
    "run",
    "position",
    "throttle",
    "created_at",
    "expires_at",
    "started_at",
    "finished_at",
)
WHOLE = (
    "effect",
    "outcomes",
    "progress",
    "approval",
    "approvers",
    "undo_groups",
    "undos",
    "fault",
    "links",
)


class OperationSerializer(RowSerializer):
    """An operation in a list."""

    reference = serializers.CharField(read_only=True)
    title = serializers.SerializerMethodField()
    standing = serializers.SerializerMethodField(
        help_text="How it stands: `done_in_part`, `undone` and the like beside the states.",
    )
    parameters = serializers.DictField(read_only=True)
    requester = serializers.CharField(source="requester.username", read_only=True)
    actor = serializers.SerializerMethodField(help_text="In whose name it runs.")
    refusals = serializers.DictField(
        child=serializers.IntegerField(),
        read_only=True,
        help_text="Rows that the verb refuses, by reason.",
    )
    undone_rows = serializers.IntegerField(read_only=True)
    undone_by = serializers.IntegerField(read_only=True, allow_null=True)
    undoes = serializers.IntegerField(
        source="undoes_id",
        read_only=True,
        allow_null=True,
    )
    retries = serializers.IntegerField(
        source="retries_id",
        read_only=True,
        allow_null=True,
    )
    run = serializers.IntegerField(
        source="playbook_run_id",
        read_only=True,
        allow_null=True,
        help_text="The run of a playbook that it is a step of.",
    )

    class Meta:
        model = Operation
        fields = read_only_fields = COLUMNS

    def get_title(self, operation: Operation) -> str:
        """Say what it does."""
        return titles.title_of(operation)

    def get_standing(self, operation: Operation) -> str:
        """Say how it stands, as pages do."""
        return standings.of(operation).key

    def get_actor(self, operation: Operation) -> str | None:
        """Name the account."""
        return operation.actor.get_username() if operation.actor else None


class LineSerializer(serializers.Serializer[Any]):
    """Rows of a plan with the same outcome and reason; all lines add up to it."""

    outcome = serializers.CharField()
    reason = serializers.CharField()
    rows = serializers.IntegerField()


class AskedSerializer(serializers.Serializer[Any]):
    """The request that a plan was last asked for by."""

    id = serializers.IntegerField()
    state = serializers.CharField()
    requester = serializers.CharField(source="requester.username")
    expires_at = serializers.DateTimeField()


class OperationDetailSerializer(OperationSerializer):
    """An operation whole."""

    effect = EffectSerializer(read_only=True)
    outcomes = LineSerializer(source="lines", many=True, read_only=True)
    progress = ProgressSerializer(read_only=True, allow_null=True)
    approval = AskedSerializer(source="asked", read_only=True, allow_null=True)
    approvers = serializers.ListField(
        child=serializers.CharField(),
        source="agreed",
        read_only=True,
    )
    undo_groups = UndoGroupsSerializer(read_only=True, allow_null=True)
    undos = serializers.ListField(
        child=serializers.IntegerField(),
        source="undone_through",
        read_only=True,
        help_text="Undos of it, the newest first.",
    )
    links = serializers.DictField(child=serializers.CharField(), read_only=True)

    class Meta:
        model = Operation
        fields = read_only_fields = (*COLUMNS, *WHOLE)


class ItemSerializer(serializers.Serializer[Any]):
    """A row of a plan: what became of it, what it was, what it says now."""

    row_id = serializers.CharField()
    outcome = serializers.CharField()
    reason = serializers.CharField(allow_null=True)
    planned_version = serializers.IntegerField(allow_null=True)
    was = serializers.CharField(help_text="Empty where it was not changed.")
    now = serializers.CharField(help_text="“gone” where it is no longer there.")
    code = serializers.CharField()
    company_name = serializers.CharField()
    domain = serializers.CharField()
    before = serializers.DictField(
        allow_null=True,
        help_text="The changed columns as they were.",
    )
