"""What happened, as JSON."""

from typing import Any

from rest_framework import serializers


class MomentSerializer(serializers.Serializer[Any]):
    """One thing that happened."""

    at = serializers.DateTimeField()
    kind = serializers.CharField()
    text = serializers.CharField()
    note = serializers.CharField()
    account = serializers.CharField(help_text="Who did it.")


class TimelineSerializer(serializers.Serializer[Any]):
    """Everything that happened, the newest first."""

    moments = MomentSerializer(many=True)
