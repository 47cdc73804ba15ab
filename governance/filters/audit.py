"""What the audit trail can be filtered by."""

import django_filters
from django import forms

from governance.models import Event
from outreach_admin.lists.fields import AnyText, MomentFilter
from outreach_admin.lists.filters import StrictFilterSet

LARGEST_ID = 2**63 - 1


class Id(django_filters.Filter):
    """Rows by a whole number that the database gave."""

    field_class = forms.IntegerField

    def __init__(self, *args: str, **kwargs: str) -> None:
        super().__init__(*args, min_value=1, max_value=LARGEST_ID, **kwargs)


class AuditFilter(StrictFilterSet):
    """What audit entries can be filtered by; `since` includes its moment, `until` excludes it."""

    action = AnyText(label="Action")
    entity_type = AnyText(label="Kind of record")
    operation = Id("operation_id", label="Operation")
    actor = AnyText(label="Actor")
    outreach_id = django_filters.UUIDFilter(label="Outreach id")
    since = MomentFilter("at", "gte", label="Since")
    until = MomentFilter("at", "lt", label="Until")

    class Meta:
        model = Event
        fields: list[str] = []
