"""Runs as JSON, and what is said of one by whoever runs it."""

from collections.abc import Mapping
from dataclasses import fields
from decimal import Decimal
from typing import Any

from rest_framework import serializers

from enrichment.models import DataFlow, EntityType, Run
from enrichment.models.runs import RAW_KEY
from enrichment.services.accounts import COUNTS, ENDS, Origin, Result
from outreach_admin.api.bodies import Body, Prose
from outreach_admin.api.rows import RowSerializer
from outreach_admin.db.limits import WORD

MOST = 2_147_483_647
# characters; what has no room in its column is cut there
LONGEST_ERROR = 100_000
ORIGIN = (
    "workflow",
    "entity",
    "entity_type",
    "source",
    "trigger",
    "idempotency_key",
    "queued_at",
    "started_at",
)
# what plain SQL and backfills make, nobody else claims
TRIGGERS = [
    Run.Trigger.REQUEST.value,
    Run.Trigger.SCHEDULE.value,
    Run.Trigger.MANUAL.value,
]


class EnrichmentRunSerializer(RowSerializer):
    """A run; counts and credits are null while nobody has said."""

    workflow = serializers.CharField(source="workflow.workflow_name", read_only=True)
    refused_for = serializers.UUIDField(
        source="refused_for_id",
        read_only=True,
        allow_null=True,
        help_text="Of a skipped run: the fresh run that made it needless.",
    )
    credits = serializers.SerializerMethodField()
    credits_saved = serializers.SerializerMethodField()
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

    def get_credits(self, run: Run) -> float | None:
        """Write what it cost as a number."""
        return _number(run.credits)

    def get_credits_saved(self, run: Run) -> float | None:
        """Write what a needless request would have cost as a number."""
        return _number(run.credits_saved)


class AnswerSerializer(serializers.Serializer[Any]):
    """What came of a request, and the run that it is about; `go` where there is work to do."""

    outcome = serializers.ChoiceField(
        ["opened", "already_enriched", "already_open", "replayed", "alive", "closed"]
    )
    go = serializers.BooleanField()
    beat_every = serializers.IntegerField(help_text="Seconds.")
    run = EnrichmentRunSerializer()


def _number(given: Decimal | None) -> float | None:
    return None if given is None else float(given)


def _word(**given: Any) -> serializers.CharField:
    wanted = {"required": False, "allow_blank": True, "default": "", "max_length": WORD}
    return serializers.CharField(**wanted | given)


def _moment(**given: Any) -> serializers.DateTimeField:
    return serializers.DateTimeField(
        required=False,
        allow_null=True,
        default=None,
        **given,
    )


def _count() -> serializers.IntegerField:
    return serializers.IntegerField(
        required=False,
        allow_null=True,
        default=None,
        min_value=0,
        max_value=MOST,
    )


class OriginBody(Body):
    """Of what a run is; needed where nobody opened it."""

    workflow = _word(help_text="Its name, or one that it once had.")
    entity = _word(
        max_length=RAW_KEY,
        help_text="A domain or the address of a profile, as it is known.",
    )
    entity_type = serializers.ChoiceField(
        EntityType.choices,
        required=False,
        allow_blank=True,
        default="",
        help_text="Needed where the workflow does not say.",
    )
    source = _word()
    trigger = serializers.ChoiceField(
        TRIGGERS,
        required=False,
        default=Run.Trigger.REQUEST.value,
    )
    idempotency_key = _word(default=None, allow_null=True)
    queued_at = _moment()
    started_at = _moment(help_text="Now where it is left out.")


class OpenBody(OriginBody):
    """A run that shall begin."""

    id = serializers.UUIDField(
        required=False,
        allow_null=True,
        default=None,
        help_text="Yours, so that beats and results find it whatever becomes of this answer.",
    )
    workflow = serializers.CharField(max_length=WORD)
    entity = serializers.CharField(max_length=RAW_KEY)
    status = serializers.ChoiceField(
        ["running", "pending"],
        required=False,
        default="running",
        help_text="pending: it waits to start.",
    )
    force = serializers.BooleanField(
        required=False,
        default=False,
        help_text="Run although the entity is already enriched.",
    )


class CloseBody(OriginBody):
    """How a run ended."""

    status = serializers.ChoiceField([one.value for one in ENDS])
    completed_at = _moment(help_text="Now where it is left out.")
    records_in = _count()
    records_out = _count()
    records_skipped = _count()
    records_failed = _count()
    records_in_extracted = _count()
    records_in_core = _count()
    layers = serializers.DictField(
        child=serializers.DictField(
            child=serializers.IntegerField(min_value=0, max_value=MOST),
        ),
        required=False,
        default=dict,
        help_text="Counts by layer: in, out, skipped, failed.",
    )
    credits = serializers.DecimalField(
        max_digits=10,
        decimal_places=2,
        min_value=Decimal(0),
        required=False,
        allow_null=True,
        default=None,
    )
    error_class = _word()
    error_text = _word(max_length=LONGEST_ERROR)

    def validate_layers(self, value: dict[str, dict[str, int]]) -> dict[str, dict[str, int]]:
        """Refuse layers and counts that there are not."""
        for layer, counts in value.items():
            _refuse_other(layer, DataFlow.Layer.values)
            for count in counts:
                _refuse_other(count, COUNTS)
        return value


class CancelBody(Body):
    """Why a run is ended by hand."""

    reason = Prose()


def origin_of(said: Mapping[str, Any]) -> Origin | None:
    """Return of what a run is said to be, None where neither workflow nor entity was named."""
    if not (said["workflow"] and said["entity"]):
        return None
    given = {name: said[name] for name in ORIGIN}
    given["idempotency_key"] = said["idempotency_key"] or None
    return Origin(**given, is_queued=said.get("status") == Run.Status.PENDING)


def result_of(said: Mapping[str, Any]) -> Result:
    """Return how a run is said to have ended."""
    return Result(**{field.name: said[field.name] for field in fields(Result)})


def _refuse_other(name: str, offered: Any) -> None:
    if name not in offered:
        raise serializers.ValidationError(
            f"“{name[:60]}” is none of {', '.join(offered)}.",
        )
