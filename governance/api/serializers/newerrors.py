"""Errors that programs send, and what became of each: described for the schema, read by governance/resources."""

from typing import Any

from rest_framework import serializers

from governance.models import Category, Disposition, Severity, TtlTier
from outreach_admin.db.limits import MOST_INTEGER

Serializer = serializers.Serializer[Any]
WHERE = ("queue", "archive", "purged")


def _text(**given: Any) -> serializers.CharField:
    return serializers.CharField(required=False, allow_null=True, **given)


def _id(**given: Any) -> serializers.UUIDField:
    return serializers.UUIDField(required=False, allow_null=True, **given)


def _moment(**given: Any) -> serializers.DateTimeField:
    return serializers.DateTimeField(required=False, allow_null=True, **given)


def _choice(offered: Any) -> serializers.ChoiceField:
    return serializers.ChoiceField(offered.choices, required=False, allow_null=True)


def _count(most: int = MOST_INTEGER) -> serializers.IntegerField:
    return serializers.IntegerField(
        required=False,
        allow_null=True,
        min_value=0,
        max_value=most,
    )


class NewErrorSerializer(Serializer):
    """An error as it is sent: the columns of a file. What is left out follows from table and code."""

    error_table = serializers.CharField()
    code = serializers.CharField()
    error_id = _id(help_text="Yours, so that it can be sent again; made where it is left out.")
    outreach_id = _id(help_text="Found by company id or domain where it is left out.")
    company_unique_id = _text()
    domain = _text()
    message = _text()
    stage = _text()
    severity = _choice(Severity)
    category = _choice(Category)
    blocks = serializers.BooleanField(required=False, allow_null=True)
    disposition = _choice(Disposition)
    retry_count = _count()
    max_retries = _count()
    last_retry_at = _moment()
    next_retry_at = _moment()
    ttl_tier = _choice(TtlTier)
    owner = _text()
    parked_at = _moment()
    parked_by = _text()
    park_reason = _text(help_text="Needed where it is PARKED.")
    escalation_level = _count(3)
    escalated_at = _moment()
    resolved_at = _moment()
    resolution_note = _text()
    details = serializers.DictField(required=False, allow_null=True)
    created_at = _moment(help_text="With its zone; now where it is left out.")


class WhatBecameSerializer(Serializer):
    """What became of an error that was sent."""

    error_id = serializers.UUIDField(allow_null=True)
    status = serializers.IntegerField(
        help_text="201 it is new, 200 it was sent before, 409 the id is known with other "
        "content, 422 it has problems."
    )
    disposition = serializers.CharField(required=False, help_text="As it stands now.")
    where = serializers.ChoiceField(
        WHERE,
        required=False,
        help_text="Where it stands now; an error that was sent before stays where it is.",
    )


class NewErrorProblemSerializer(Serializer):
    """What is wrong with a column of a row."""

    field = serializers.CharField()
    problem = serializers.CharField()


class BulkRowSerializer(WhatBecameSerializer):
    """What became of one row of many."""

    index = serializers.IntegerField(help_text="Its place in the body, from 0.")
    errors = NewErrorProblemSerializer(many=True, required=False)


class BulkSerializer(Serializer):
    """Up to 100,000 errors."""

    rows = NewErrorSerializer(many=True)
    only_good = serializers.BooleanField(
        default=False,
        help_text="Create the good rows where others have problems; else all or nothing.",
    )


class BulkAnswerSerializer(Serializer):
    """What became of each row, and how many were created, unchanged and refused."""

    created = serializers.IntegerField()
    unchanged = serializers.IntegerField()
    refused = serializers.IntegerField()
    rows = BulkRowSerializer(many=True)
