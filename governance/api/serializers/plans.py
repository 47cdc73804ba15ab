"""What asks for a plan, and what is foreseen of one."""

from typing import Any, ClassVar

from rest_framework import serializers

from outreach_admin.api.bodies import Body, Prose

LONGEST_KEY = 200


class EffectSerializer(serializers.Serializer[Any]):
    """What a plan would change for companies, counted when it was made; figures that its subject knows."""

    tiers = serializers.DictField(
        child=serializers.IntegerField(),
        required=False,
        help_text="Companies by tier when it was planned.",
    )
    companies = serializers.IntegerField(required=False)
    blocking_rows = serializers.IntegerField(required=False)
    expiring_48h = serializers.IntegerField(required=False)
    blocked_companies = serializers.IntegerField(required=False)
    closes = serializers.IntegerField(required=False)
    last_blocker = serializers.IntegerField(required=False)
    hubs = serializers.IntegerField(required=False)
    gates = serializers.IntegerField(required=False)
    clears = serializers.BooleanField(required=False)

    def to_representation(self, instance: Any) -> Any:
        """Write what is stored."""
        return instance


class ProgressSerializer(serializers.Serializer[Any]):
    """How far it is; `rate` in rows a second and `left` in seconds are null while unknown."""

    percent = serializers.IntegerField()
    done = serializers.IntegerField()
    todo = serializers.IntegerField()
    rate = serializers.FloatField(allow_null=True)
    left = serializers.FloatField(allow_null=True)
    ends_at = serializers.DateTimeField(allow_null=True)
    elapsed = serializers.FloatField(help_text="Seconds since it began.")
    chunks = serializers.IntegerField()
    expected = serializers.IntegerField(help_text="Chunks in all, as it goes now.")
    waits_for_worker = serializers.BooleanField()
    waits_for_lock = serializers.CharField(help_text="Whose lock it waits for, else empty.")


class UndoGroupsSerializer(serializers.Serializer[Any]):
    """Rows of an undo: done or to do, changed since, impossible."""

    reverted = serializers.IntegerField()
    changed_since = serializers.IntegerField()
    not_reversible = serializers.IntegerField()


class SampledSerializer(serializers.Serializer[Any]):
    """A row of a plan: what it says now, what it would say."""

    row_id = serializers.CharField(source="row.pk")
    now = serializers.CharField()
    then = serializers.CharField()


class OverlapSerializer(serializers.Serializer[Any]):
    """Another operation that waits or runs, and how many rows both hold."""

    operation = serializers.IntegerField(source="operation.pk")
    rows = serializers.IntegerField()


class MovedSerializer(serializers.Serializer[Any]):
    """Rows of a plan that have changed since; `at_least` where not all were looked at."""

    operation = serializers.IntegerField(source="operation.pk")
    rows = serializers.IntegerField()
    at_least = serializers.BooleanField()


class ForesightSerializer(serializers.Serializer[Any]):
    """What an operation would do as things stand now, or its undo would once it has ended."""

    sample = SampledSerializer(many=True)
    overlaps = OverlapSerializer(many=True)
    moved = MovedSerializer(many=True)
    undo = UndoGroupsSerializer(allow_null=True)


class PreviewSerializer(serializers.Serializer[Any]):
    """What a plan would be."""

    verb = serializers.CharField()
    planned = serializers.IntegerField()
    eligible = serializers.IntegerField()
    skipped = serializers.IntegerField()
    refusals = serializers.DictField(
        child=serializers.IntegerField(),
        help_text="Rows that the verb refuses, by reason.",
    )
    gate = serializers.CharField(
        allow_null=True,
        help_text="The approval policy that would stop it.",
    )
    effect = EffectSerializer()
    sample = SampledSerializer(many=True)


class PlanBody(Body):
    """A verb, what it asks, and which rows: single ids, all that fit a filter, or all of them but some."""

    verb = serializers.CharField(max_length=LONGEST_KEY)
    parameters = serializers.DictField(required=False, default=dict)
    ids = serializers.ListField(
        child=serializers.CharField(max_length=LONGEST_KEY, trim_whitespace=False),
        required=False,
    )
    filter = serializers.DictField(
        required=False,
        help_text="Keys of the filter of the subject's list with a value or a list of values.",
    )
    note = Prose(help_text="A word to whoever approves.")
    as_of = serializers.DateTimeField(
        required=False,
        help_text="From when moments such as 7d are counted; now where it is left out.",
    )

    def get_fields(self) -> dict[str, Any]:
        """Add what no attribute can be called."""
        left_out = serializers.ListField(
            child=serializers.CharField(max_length=LONGEST_KEY, trim_whitespace=False),
            required=False,
            help_text="With a filter: rows that fit and are not meant.",
        )
        return super().get_fields() | {"except": left_out}


class RequestBody(Body):
    """A word to whoever approves."""

    example: ClassVar[dict[str, Any]] = {"note": "No filing will ever match these."}
    note = Prose(help_text="Why now, and why these rows.")


class ThrottleBody(Body):
    """How fast an operation may go."""

    example: ClassVar[dict[str, Any]] = {"rows_a_second": 500}
    rows_a_second = serializers.IntegerField(
        min_value=1,
        max_value=1_000_000,
        allow_null=True,
        help_text="Null for no limit.",
    )


class AgainBody(Body):
    """Which rows of an ended operation are planned once more."""

    example: ClassVar[dict[str, Any]] = {"outcome": "failed"}
    outcome = serializers.ChoiceField(choices=["failed", "skipped", "cancelled"])
    reason = Prose(trim_whitespace=False, help_text="Those with this reason alone.")


class ReviseBody(Body):
    """Other parameters for the same rows."""

    example: ClassVar[dict[str, Any]] = {"parameters": {"reason": "DATA_QUALITY"}}
    parameters = serializers.DictField(required=False, default=dict)


class NothingBody(Body):
    """A body that says nothing."""
