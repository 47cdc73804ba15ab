"""What kill switches can be filtered by."""

from typing import ClassVar

import django_filters

from governance.filters.people import Account, NamedPeople
from governance.models import KillSwitch
from governance.models.canon.switches import KillSwitchQuerySet
from outreach_admin.lists.fields import MomentFilter

STATES = [
    ("standing", "Stands"),
    ("released", "Released"),
]


class SwitchFilter(NamedPeople):
    """What the list of switches can be narrowed to."""

    state = django_filters.ChoiceFilter(
        choices=STATES,
        label="State",
        method="as_it_stands",
    )
    tool = django_filters.CharFilter(
        label="Tool",
        help_text="Its slug, such as firecrawl.",
    )
    by = Account("by", label="Stopped by")
    after = MomentFilter("at", "gte", label="Stopped after")
    until = MomentFilter("at", "lt", label="Stopped before")

    by_account: ClassVar[tuple[str, ...]] = ("by",)

    class Meta:
        model = KillSwitch
        fields: list[str] = []

    def as_it_stands(
        self,
        queryset: KillSwitchQuerySet,
        name: str,
        value: str,
    ) -> KillSwitchQuerySet:
        """Keep what stands, or what was released."""
        return queryset.filter(released_at__isnull=value == "standing")
