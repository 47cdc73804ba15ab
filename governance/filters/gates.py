"""What opened gates can be filtered by."""

import django_filters

from governance.models import OpenedGate
from outreach_admin.lists.filters import StrictFilterSet


class OpenedGateFilter(StrictFilterSet):
    """What the companies whose gate a run opened can be narrowed to."""

    reviewed = django_filters.TypedChoiceFilter(
        field_name="reviewed_at",
        lookup_expr="isnull",
        choices=[("true", "Looked at"), ("false", "To review")],
        coerce=lambda word: word == "false",
        label="Review",
    )

    class Meta:
        model = OpenedGate
        fields: list[str] = []
