"""What reports can be filtered by."""

import django_filters

from governance.filters.people import NamedPeople
from governance.models import Report
from outreach_admin.lists.fields import MomentFilter


class ReportFilter(NamedPeople):
    """What the list of reports can be narrowed to."""

    playbook = django_filters.CharFilter(
        field_name="run__version__playbook__slug",
        label="Playbook",
        help_text="Its name in addresses.",
    )
    executor = django_filters.CharFilter(
        field_name="run__started_by__username", label="Executor", help_text="User name."
    )
    reconciled = django_filters.TypedChoiceFilter(
        choices=[("true", "Reconciled"), ("false", "Unreconciled")],
        coerce=lambda word: word == "true",
        label="Totals",
    )
    written_after = MomentFilter("created_at", "gte", label="Written after")
    written_before = MomentFilter("created_at", "lt", label="Written before")
    by_account = ("executor",)

    class Meta:
        model = Report
        fields: list[str] = []
