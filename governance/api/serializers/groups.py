"""Groups of errors as JSON."""

from collections.abc import Mapping
from typing import Any, ClassVar

from rest_framework import serializers

from governance.queries.errors.effects import Effect
from governance.queries.errors.groups import GROUPINGS, Group
from governance.tables.groups import HUBS, Row

Serializer = serializers.Serializer[Any]
VIEWS = tuple(GROUPINGS)


class MissingSerializer(Serializer):
    """Companies that lose their last blocker and could still not be promoted, each under the first hub that is not done."""

    company_target = serializers.IntegerField()
    dol = serializers.IntegerField()
    people = serializers.IntegerField()


class GroupEffectSerializer(Serializer):
    """What clearing the group would change."""

    companies = serializers.IntegerField(help_text="Companies that it is about.")
    last_blocker = serializers.IntegerField(help_text="Those that lose their last blocker.")
    gates = serializers.IntegerField(help_text="Of these, those that could be promoted.")
    anchors = serializers.IntegerField(help_text="Failed company targets that could run again.")
    missing = MissingSerializer()
    at_least = serializers.BooleanField(help_text="Whether only some of its rows were read.")
    counted_at = serializers.DateTimeField(
        allow_null=True,
        help_text="When it was counted ahead; null where now.",
    )


class GroupSerializer(Serializer):
    """Open errors that share what they are grouped by; `filter` lists them in the queue."""

    filter = serializers.CharField()
    label = serializers.CharField()
    note = serializers.CharField()
    error_table = serializers.CharField(required=False)
    code = serializers.CharField(required=False)
    group = serializers.CharField(required=False, help_text="The key of the message.")
    retry_count = serializers.IntegerField(required=False)
    owner = serializers.CharField(required=False)
    expires_on = serializers.DateField(required=False)
    errors = serializers.IntegerField()
    parked = serializers.IntegerField()
    categories = serializers.ListField(child=serializers.CharField())
    tries = serializers.DictField(
        child=serializers.IntegerField(),
        help_text="Errors by tries used.",
    )
    first_seen = serializers.DateTimeField(allow_null=True)
    last_seen = serializers.DateTimeField(allow_null=True)
    days = serializers.ListField(
        child=serializers.IntegerField(),
        help_text="Errors created on each of the last 14 days.",
    )
    effect = GroupEffectSerializer(allow_null=True)
    verb = serializers.CharField(
        allow_null=True,
        help_text="What suits the group and the account may do.",
    )
    advice = serializers.CharField()


class GroupTotalSerializer(Serializer):
    """All groups together."""

    groups = serializers.IntegerField()
    errors = serializers.IntegerField()
    at_least = serializers.BooleanField()


class GroupPageSerializer(Serializer):
    """A page of groups, the largest first; days in their order."""

    results = GroupSerializer(many=True)
    total = GroupTotalSerializer()
    next = serializers.CharField(allow_null=True)
    previous = serializers.CharField(allow_null=True)


class GroupSearchSerializer(Serializer):
    """Groups asked for by a body."""

    example: ClassVar[dict[str, Any]] = {"filter": {"hub": "dol"}, "view": "owner"}
    filter = serializers.DictField(required=False, help_text="As of the queue.")
    view = serializers.ChoiceField(VIEWS, required=False)
    size = serializers.IntegerField(required=False, min_value=1, max_value=1_000)
    cursor = serializers.CharField(required=False)


def group_of(group: Group, row: Row, grouping: str) -> dict[str, Any]:
    """Write one group."""
    effect = row.effect
    return {
        "filter": row.query,
        "label": row.label,
        "note": row.note,
        **_shared(group, grouping),
        "errors": group.rows,
        "parked": group.parked,
        "categories": sorted(group.categories),
        "tries": {str(used): rows for used, rows in group.tries.items()},
        "first_seen": effect.first_seen if effect else None,
        "last_seen": effect.last_seen if effect else None,
        "days": list(effect.days) if effect else [],
        "effect": _effect_of(effect) if effect else None,
        "verb": row.verb.name if row.verb else None,
        "advice": str(row.advice),
    }


def _shared(group: Group, grouping: str) -> Mapping[str, Any]:
    names = {"message_key": "group", "expiry_day": "expires_on"}
    pairs = zip(GROUPINGS[grouping], group.key, strict=True)
    return {
        names.get(name, name): value.hex() if isinstance(value, bytes) else value
        for name, value in pairs
    }


def _effect_of(effect: Effect) -> dict[str, Any]:
    hubs = (hub.replace(" ", "_").lower() for hub in HUBS)
    return {
        "companies": effect.companies,
        "last_blocker": effect.last_blocker,
        "gates": effect.gates,
        "anchors": effect.anchors,
        "missing": dict(zip(hubs, effect.missing, strict=True)),
        "at_least": effect.at_least or effect.gates_at_least,
        "counted_at": effect.counted_at,
    }
