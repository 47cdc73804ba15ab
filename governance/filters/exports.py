"""What the files that somebody asked for can be filtered by."""

import django_filters

from governance.filters.people import Account, NamedPeople
from governance.models import ExportFile, ScheduledExport
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


class ScheduledExportFilter(NamedPeople):
    """What the page of scheduled exports can be narrowed to."""

    subject = AnyOf(label="Takes out", choices=ScheduledExport.Subject.choices)
    on = django_filters.TypedChoiceFilter(
        field_name="is_on",
        choices=[("true", "Goes on"), ("false", "Stopped")],
        coerce=lambda word: word == "true",
        label="State",
    )
    owner = Account("owner", label="Owner")
    by_account = ("owner",)

    class Meta:
        model = ScheduledExport
        fields: list[str] = []
