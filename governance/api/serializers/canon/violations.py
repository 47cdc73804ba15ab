"""Violations of the tool canon as JSON, under the names that files have for them."""

from typing import Any

from rest_framework import serializers

from governance.models import ViolationCase
from outreach_admin.api.rows import RowSerializer

FACTS = (
    "violation_id",
    "seen_at",
    "code",
    "severity",
    "tool",
    "tool_id",
    "hub_id",
    "outreach_id",
    "company_name",
    "entity",
    "message",
)
STANDING = (
    "disposition",
    "owner",
    "ttl_tier",
    "expires_at",
    "retry_count",
    "parked_at",
    "parked_by",
    "park_reason",
    "resolved_at",
)
ASKED = (
    "actor",
    "channel",
    "correlation_id",
    "call_id",
)
WHOLE = ("resolution_note", "context")
VERSION = ("version", "updated_at")


def word(name: str, **given: Any) -> serializers.CharField:
    """Read a text of the fact that the case is about."""
    return serializers.CharField(source=f"violation.{name}", read_only=True, **given)


class ListedViolationSerializer(RowSerializer):
    """A violation in a list."""

    violation_id = serializers.IntegerField(read_only=True)
    seen_at = serializers.DateTimeField(source="at", read_only=True)
    tool_id = word("tool_id", help_text="As the caller named it.")
    outreach_id = serializers.UUIDField(read_only=True, allow_null=True)
    company_name = serializers.CharField(
        read_only=True,
        help_text="What people call the company, as far as it is known.",
    )
    entity = word("entity", help_text="Whom the call was about, as the caller said.")
    message = word("message")
    actor = word("actor", help_text="The account that called; empty: a program.")
    channel = word("channel")
    correlation_id = word("correlation_id")
    call_id = serializers.IntegerField(
        source="violation.call_id",
        read_only=True,
        allow_null=True,
        help_text="In the ledger of calls.",
    )

    class Meta:
        model = ViolationCase
        fields: tuple[str, ...] = (*FACTS, *STANDING, *ASKED, *VERSION)
        read_only_fields = fields


class ViolationSerializer(ListedViolationSerializer):
    """A violation whole."""

    context = serializers.DictField(
        source="violation.context",
        read_only=True,
        help_text="What the guard said of the call: each condition that failed.",
    )

    class Meta(ListedViolationSerializer.Meta):
        fields = (*FACTS, *STANDING, *ASKED, *WHOLE, *VERSION)
        read_only_fields = fields
