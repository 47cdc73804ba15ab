"""Entries of the registry as JSON, and what a body may say of one."""

from typing import Any, ClassVar

from rest_framework import serializers

from enrichment.models import DataFlow, EntityType, Workflow
from enrichment.models.workflows import FIELDS, TABLE
from enrichment.services.entries import TABLE_OF, Entry, Flow
from enrichment.verbs.entries import MOST
from outreach_admin.api.bodies import Body
from outreach_admin.api.rows import RowSerializer
from outreach_admin.db.limits import PROSE, WORD

Serializer = serializers.Serializer[Any]
MOST_FLOWS = 40
MOST_NAMES = 100
# columns that hold nothing rather than an empty text
NULLABLE = ("raw_table", "extracted_table", "core_table", "key_column", "key_type", "intent")
BY_FLOWS = (*TABLE_OF.values(), "key_column")
EITHER = "Tables and key are said by “flows”: leave this out, or “flows”."


class WorkflowSerializer(RowSerializer):
    """An entry; `missing` are what it lacks of its nine fields."""

    state = serializers.CharField(read_only=True, help_text="active or inactive")
    fields_filled = serializers.IntegerField(source="filled", read_only=True)
    fields_missing = serializers.SerializerMethodField()
    credits_per_run = serializers.SerializerMethodField()

    class Meta:
        model = Workflow
        fields = (
            "workflow_name",
            "raw_table",
            "extracted_table",
            "core_table",
            "key_column",
            "key_type",
            "coalesces_to_core",
            "is_active",
            "state",
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
            "fields_filled",
            "is_complete",
            "fields_missing",
            "version",
            "created_at",
            "updated_at",
        )

    def get_fields_missing(self, row: Workflow) -> list[str]:
        """Name what an entry lacks."""
        return row.missing

    def get_credits_per_run(self, row: Workflow) -> float:
        """Write it as a number."""
        return float(row.credits_per_run)


class FlowBody(Body):
    """One table."""

    layer = serializers.ChoiceField(choices=DataFlow.Layer.choices)
    table = serializers.RegexField(TABLE, max_length=WORD, help_text="schema.table")
    keys = serializers.ListField(
        child=serializers.CharField(max_length=WORD),
        required=False,
        max_length=20,
    )


def _word(**given: Any) -> serializers.CharField:
    return serializers.CharField(
        required=False,
        max_length=WORD,
        **{"allow_blank": True} | given,
    )


def _number() -> serializers.IntegerField:
    return serializers.IntegerField(required=False, min_value=0, max_value=MOST)


class EntryBody(Body):
    """What an entry shall say; what is left out stays as it is. Tables come as `flows`, or by the seed's columns."""

    example: ClassVar[Any] = {
        "workflow_name": "company_news",
        "key_type": "company",
        "flows": [
            {"layer": "raw", "table": "raw.news_payload", "keys": ["company_domain"]},
            {"layer": "extracted", "table": "extracted.company_news", "keys": ["domain"]},
        ],
        "intent": "by_design_not",
    }

    workflow_name = _word(allow_blank=False)
    key_type = serializers.ChoiceField(
        choices=EntityType.choices,
        required=False,
        allow_null=True,
    )
    intent = serializers.ChoiceField(
        choices=Workflow.Intent.choices,
        required=False,
        allow_null=True,
    )
    raw_table = _word(allow_null=True)
    extracted_table = _word(allow_null=True)
    core_table = _word(allow_null=True)
    key_column = _word(allow_null=True)
    is_active = serializers.BooleanField(required=False)
    owner = _word()
    provider = _word()
    platform = _word()
    payload_type = _word()
    description = serializers.CharField(required=False, allow_blank=True, max_length=PROSE)
    source_file = _word()
    fresh_days = _number()
    empty_fresh_days = _number()
    stale_minutes = _number()
    credits_per_run = serializers.DecimalField(
        required=False,
        min_value=0,
        max_digits=10,
        decimal_places=2,
    )
    flows = serializers.ListField(child=FlowBody(), required=False, max_length=MOST_FLOWS)
    aliases = serializers.ListField(
        child=serializers.CharField(max_length=WORD),
        required=False,
        max_length=MOST_NAMES,
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Refuse tables that are said in two ways, or twice."""
        if "flows" not in attrs:
            return attrs
        if said := [name for name in BY_FLOWS if name in attrs]:
            raise serializers.ValidationError(dict.fromkeys(said, EITHER))
        tables = [flow["table"] for flow in attrs["flows"]]
        if len(tables) != len(set(tables)):
            raise serializers.ValidationError({"flows": "A table stands more than once."})
        return attrs


def entry_of(said: dict[str, Any]) -> Entry:
    """Read a body as the service takes it."""
    columns = dict(said)
    flows, aliases = columns.pop("flows", None), columns.pop("aliases", None)
    for name in NULLABLE:
        if name in columns:
            columns[name] = columns[name] or None
    return Entry(columns, flows if flows is None else [_flow(one) for one in flows], aliases)


def _flow(said: dict[str, Any]) -> Flow:
    return Flow(said["layer"], said["table"], tuple(said.get("keys", ())))


class FlowSerializer(Serializer):
    """One table that it writes; `leads` its layer, so that the seed's column names it."""

    layer = serializers.CharField()
    table = serializers.CharField(source="table_name")
    keys = serializers.ListField(child=serializers.CharField(), source="key_columns")
    leads = serializers.BooleanField(source="is_primary")


class DifferenceSerializer(Serializer):
    """What the newest audit of the code says of it."""

    kind = serializers.CharField()
    file = serializers.CharField()
    line = serializers.IntegerField(allow_null=True)
    function = serializers.CharField()
    expected = serializers.CharField()
    found = serializers.CharField()
    waived_because = serializers.CharField()


class CoverageSerializer(Serializer):
    """Its entities by their latest state: the buckets add up to all."""

    entities = serializers.IntegerField()
    completed = serializers.IntegerField()
    running = serializers.IntegerField()
    pending = serializers.IntegerField()
    failed = serializers.IntegerField()
    stale = serializers.IntegerField()
    not_run = serializers.IntegerField()


class NeedlessSerializer(Serializer):
    """Requests of 30 days that a fresh run made needless."""

    requests = serializers.IntegerField()
    credits_saved = serializers.FloatField(source="credits")


class WorkflowDetailSerializer(Serializer):
    """An entry with its tables and names, what the code says, and how it runs."""

    entry = WorkflowSerializer()
    flows = FlowSerializer(many=True)
    aliases = serializers.ListField(child=serializers.CharField())
    scanned_at = serializers.DateTimeField(allow_null=True)
    differences = DifferenceSerializer(many=True)
    coverage = CoverageSerializer(allow_null=True)
    already_enriched = NeedlessSerializer()


class DoneSerializer(Serializer):
    """The operation that an edit was, null where no column changed; what `waits` needs an approval first."""

    pk = serializers.IntegerField()
    reference = serializers.CharField()
    state = serializers.CharField()
    waits = serializers.BooleanField()


class ChangedSerializer(Serializer):
    """An entry as it is now, and what changed it."""

    entry = WorkflowSerializer()
    operation = DoneSerializer(allow_null=True)


class LackingSerializer(Serializer):
    """A field of entries, and how many lack it."""

    field = serializers.ChoiceField(choices=list(FIELDS.values()))
    entries = serializers.IntegerField()


class CompletenessSerializer(Serializer):
    """The registry as a whole; figures beside the code are null while nobody has scanned it."""

    entries = serializers.IntegerField()
    active = serializers.IntegerField()
    complete = serializers.IntegerField()
    fields_filled = serializers.IntegerField(source="filled")
    fields = serializers.IntegerField()
    missing = LackingSerializer(many=True)
    falls_short_of_core = serializers.IntegerField(source="short")
    inactive_but_called = serializers.IntegerField(source="called")
    agrees_with_the_code = serializers.IntegerField(source="agreeing", allow_null=True)
    functions_found = serializers.IntegerField(source="functions", allow_null=True)
    functions_not_registered = serializers.IntegerField(source="waiting")
    scanned_at = serializers.DateTimeField(allow_null=True)
