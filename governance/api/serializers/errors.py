"""Errors and archived errors as JSON, under the names that files have for them."""

from rest_framework import serializers

from governance.models import ArchivedError, HubError
from governance.resources import columns
from outreach_admin.api.rows import RowSerializer

KEYS = ("error_id", "error_table", "outreach_id", "company_name", "company_unique_id")
WHOLE = ("message", "resolution_note", "details")
# what a file has of an error, an answer has: one list
STANDING = tuple(name for name in columns.GOVERNED if name not in KEYS + WHOLE)
ARCHIVED = tuple(columns.ARCHIVED)


class GovernedSerializer(RowSerializer):
    """What live and archived errors share."""

    error_id = serializers.UUIDField(source="id", read_only=True)
    error_table = serializers.CharField(source="error_table_id", read_only=True)
    outreach_id = serializers.UUIDField(read_only=True, allow_null=True)
    company_name = serializers.CharField(
        read_only=True,
        help_text="What people call the company, as far as it is known.",
    )


class ListedErrorSerializer(GovernedSerializer):
    """An error in a list."""

    summary = serializers.CharField(
        read_only=True,
        help_text="The first 500 characters of the message.",
    )

    class Meta:
        model = HubError
        fields = read_only_fields = (*KEYS, "summary", *STANDING)


class ErrorSerializer(GovernedSerializer):
    """An error whole."""

    class Meta:
        model = HubError
        fields = read_only_fields = (*KEYS, *WHOLE, *STANDING)


class ListedArchivedErrorSerializer(ListedErrorSerializer):
    """An archived error in a list."""

    class Meta:
        model = ArchivedError
        fields = read_only_fields = (*KEYS, "summary", *STANDING, *ARCHIVED)


class ArchivedErrorSerializer(GovernedSerializer):
    """An archived error whole."""

    class Meta:
        model = ArchivedError
        fields = read_only_fields = (*KEYS, *WHOLE, *STANDING, *ARCHIVED)
