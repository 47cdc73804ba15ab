"""What playbooks, their runs and reports can be filtered by."""

import django_filters

from governance.filters.people import Account, NamedPeople
from governance.models import Playbook, PlaybookRun, Report
from outreach_admin.lists.fields import MomentFilter
from outreach_admin.lists.filters import StrictFilterSet


class PlaybookFilter(StrictFilterSet):
    """What the list of playbooks can be narrowed to."""

    q = django_filters.CharFilter(
        field_name="name",
        lookup_expr="icontains",
        label="Search",
        help_text="A part of its name.",
    )

    class Meta:
        model = Playbook
        fields: list[str] = []


class RunFilter(NamedPeople):
    """What the list of runs can be narrowed to."""

    playbook = django_filters.CharFilter(
        field_name="version__playbook__slug",
        label="Playbook",
        help_text="Its name in addresses.",
    )
    state = django_filters.MultipleChoiceFilter(
        choices=PlaybookRun.State.choices,
        label="State",
    )
    requester = Account("requester", label="Requester")
    undoes = django_filters.NumberFilter(
        field_name="undoes_id",
        label="Undoes",
        help_text="The number of the run that was taken back.",
    )
    planned_after = MomentFilter("created_at", "gte", label="Planned after")
    planned_before = MomentFilter("created_at", "lt", label="Planned before")

    by_account = ("requester",)

    class Meta:
        model = PlaybookRun
        fields: list[str] = []


class ReportFilter(NamedPeople):
    """What the list of reports can be narrowed to."""

    playbook = django_filters.CharFilter(
        field_name="run__version__playbook__slug",
        label="Playbook",
        help_text="Its name in addresses.",
    )
    executor = Account("run__started_by", label="Executor")
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
