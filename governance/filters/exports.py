"""What the files that somebody asked for can be filtered by."""

import django_filters

from governance.models import ExportFile
from outreach_admin.lists.fields import AnyOf, MomentFilter
from outreach_admin.lists.filters import StrictFilterSet


class ExportFileFilter(StrictFilterSet):
    """Which files: `name` is the export, as errors or readiness."""

    name = django_filters.CharFilter(field_name="subject", label="Export")
    state = AnyOf(label="State", choices=ExportFile.State.choices)
    asked_after = MomentFilter("created_at", "gte", label="Asked for after")
    asked_before = MomentFilter("created_at", "lt", label="Asked for before")

    class Meta:
        model = ExportFile
        fields: list[str] = []
