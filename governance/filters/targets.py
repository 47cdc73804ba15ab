"""What company targets can be chosen by."""

import django_filters

from governance.models import CompanyTarget
from outreach_admin.lists.filters import StrictFilterSet


class TargetFilter(StrictFilterSet):
    """What company targets can be chosen by."""

    execution_status = django_filters.MultipleChoiceFilter(
        choices=CompanyTarget.Status.choices, label="Status"
    )

    class Meta:
        model = CompanyTarget
        fields: list[str] = []
