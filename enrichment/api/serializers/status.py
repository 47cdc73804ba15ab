"""The status of entities as JSON."""

from typing import Any, ClassVar

from rest_framework import serializers

from enrichment.models import EntityType
from enrichment.queries.status import BUCKETS, MISSING, NO_PATH
from outreach_admin.api.bodies import Body

Serializer = serializers.Serializer[Any]
MOST_KEYS = 500
TYPE = "company or person."


class EntityBody(Body):
    """One company or person, its key in any spelling."""

    example: ClassVar[Any] = {"entity_type": "company", "entity_key": "ironclad.com"}

    entity_type = serializers.CharField(help_text=TYPE)
    entity_key = serializers.CharField(
        allow_blank=True,
        trim_whitespace=False,
        help_text="A domain, or the address of a profile.",
    )


class EntitiesBody(Body):
    """Several of one type."""

    example: ClassVar[Any] = {
        "entity_type": "person",
        "entity_keys": ["linkedin.com/in/johndoe"],
    }

    entity_type = serializers.CharField(help_text=TYPE)
    entity_keys = serializers.ListField(
        child=serializers.CharField(allow_blank=True, trim_whitespace=False),
        max_length=MOST_KEYS,
    )


class EnrichmentSerializer(Serializer):
    """How one workflow stands with the entity."""

    workflow_name = serializers.CharField()
    status = serializers.ChoiceField(choices=BUCKETS)
    completed_at = serializers.DateTimeField(
        allow_null=True,
        help_text="Of the newest run that completed, whatever came after it.",
    )
    coalesces_to_core = serializers.BooleanField()
    records_in_extracted = serializers.IntegerField(
        allow_null=True,
        help_text="null until a run or a check has told.",
    )
    records_in_core = serializers.IntegerField(allow_null=True)
    gap = serializers.BooleanField(help_text="Extracted, should be in core, and none is there.")
    gap_reason = serializers.ChoiceField(choices=(MISSING, NO_PATH), allow_null=True)


class BucketsSerializer(Serializer):
    """How many workflows are in each state: they add up to the total."""

    total_workflows = serializers.IntegerField()
    completed = serializers.IntegerField()
    running = serializers.IntegerField()
    pending = serializers.IntegerField()
    failed = serializers.IntegerField()
    stale = serializers.IntegerField()
    not_run = serializers.IntegerField()


class StatusSerializer(Serializer):
    """Every active workflow of that type; `entity_key` in its one form."""

    entity_type = serializers.ChoiceField(choices=EntityType.choices)
    entity_key = serializers.CharField()
    enrichments = EnrichmentSerializer(many=True)
    coverage = BucketsSerializer()


class ListedStatusSerializer(Serializer):
    """The same, or why a key is none."""

    entity_type = serializers.ChoiceField(choices=EntityType.choices, required=False)
    entity_key = serializers.CharField(allow_blank=True)
    enrichments = EnrichmentSerializer(many=True, required=False)
    coverage = BucketsSerializer(required=False)
    problem = serializers.CharField(required=False)


class StatusesSerializer(Serializer):
    """One answer for each key, in the order of the question."""

    results = ListedStatusSerializer(many=True)
