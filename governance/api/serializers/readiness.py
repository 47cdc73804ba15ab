"""Figures of readiness as JSON: now, at the end of days, over days, and between two."""

from typing import Any

from rest_framework import serializers

from governance.models import TierTransition
from governance.queries.readiness.moves import ABSENT
from outreach_admin.api.rows import RowSerializer


def counts(words: str) -> serializers.DictField:
    """Companies by some value."""
    return serializers.DictField(child=serializers.IntegerField(), help_text=words)


class FiguresSerializer(serializers.Serializer[Any]):
    """How many companies stand how."""

    companies = serializers.IntegerField()
    promotable = serializers.IntegerField()
    tiers = counts("Companies by tier.")
    reasons = counts("Companies by what they lack; `none` where they lack nothing.")


class ReadinessNowSerializer(FiguresSerializer):
    """How companies stand now, by the definition that holds now."""

    as_of = serializers.DateTimeField()
    definition = serializers.IntegerField(
        help_text="Raised when a tier comes to mean something else."
    )
    required_slots = serializers.IntegerField()
    bottlenecks = counts("Companies by the hub that holds them; `none` where none does.")


class SnapshotSerializer(FiguresSerializer):
    """How companies stood at the end of a day, or earlier that day."""

    day = serializers.DateField()
    at = serializers.DateTimeField()
    definition = serializers.IntegerField()


class MeasureSerializer(serializers.Serializer[Any]):
    """One measure over the days; `change` is null across two definitions."""

    name = serializers.CharField()
    label = serializers.CharField()
    filter = serializers.CharField(help_text="Finds these companies as they stand now.")
    last = serializers.IntegerField(allow_null=True)
    change = serializers.IntegerField(allow_null=True)
    low = serializers.IntegerField(allow_null=True)
    high = serializers.IntegerField(allow_null=True)


class TrendDaySerializer(serializers.Serializer[Any]):
    """One day; figures by measure, null where it has no snapshot."""

    day = serializers.DateField()
    at = serializers.DateTimeField(allow_null=True)
    definition = serializers.IntegerField(allow_null=True)
    is_break = serializers.BooleanField()
    figures = serializers.DictField(child=serializers.IntegerField(), allow_null=True)


class TrendSerializer(serializers.Serializer[Any]):
    """Successive days, those without a snapshot among them."""

    first = serializers.DateField()
    last = serializers.DateField()
    missing = serializers.IntegerField(help_text="Days without a snapshot.")
    measures = MeasureSerializer(many=True)
    days = TrendDaySerializer(many=True)


class MoveSerializer(RowSerializer):
    """A company that stood otherwise at the end of one day than at the end of an earlier one."""

    outreach_id = serializers.UUIDField(read_only=True)
    company_name = serializers.CharField(read_only=True)
    domain = serializers.CharField(read_only=True)
    from_tier = serializers.CharField(
        source="stood_tier",
        read_only=True,
        help_text=f"`{ABSENT}` where it was not there.",
    )
    to_tier = serializers.CharField(
        source="stands_tier",
        read_only=True,
        help_text=f"`{ABSENT}` where it is no more.",
    )
    from_reason = serializers.CharField(source="stood_reason", read_only=True)
    to_reason = serializers.CharField(source="stands_reason", read_only=True)
    first_change = serializers.DateTimeField(source="at", read_only=True)

    class Meta:
        model = TierTransition
        fields = read_only_fields = (
            "outreach_id",
            "company_name",
            "domain",
            "from_tier",
            "to_tier",
            "from_reason",
            "to_reason",
            "first_change",
        )


class MoveCountsSerializer(serializers.Serializer[Any]):
    """How many companies moved from each tier to each tier."""

    first = serializers.DateField()
    last = serializers.DateField()
    companies = serializers.IntegerField()
    ways = serializers.DictField(child=serializers.DictField(child=serializers.IntegerField()))


class ErrorsFilterSerializer(serializers.Serializer[Any]):
    """Which errors are meant to be cleared."""

    filter = serializers.DictField(
        required=False,
        help_text="Keys of the queue's filter; empty: every open error.",
    )


class FreedSerializer(serializers.Serializer[Any]):
    """A target, and the companies that could go on to it."""

    target = serializers.CharField()
    label = serializers.CharField()
    companies = serializers.IntegerField(help_text="Those that lose what alone holds them.")
    filter = serializers.DictField(
        child=serializers.CharField(),
        help_text="Lists them at /api/companies/search/.",
    )


class ChangesSerializer(serializers.Serializer[Any]):
    """What would change for companies if the errors were cleared."""

    errors = serializers.CharField(help_text="The filter of errors in its one form.")
    companies = serializers.IntegerField(help_text="Companies that have such errors.")
    held = serializers.IntegerField(help_text="Companies that such errors block.")
    targets = FreedSerializer(many=True)
