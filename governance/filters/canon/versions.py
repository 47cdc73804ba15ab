"""What versions of the canon can be filtered by."""

from typing import ClassVar

import django_filters

from governance.filters.people import Account, NamedPeople
from governance.models import CanonVersion
from governance.models.canon.versions import CanonVersionQuerySet
from outreach_admin.lists.fields import MomentFilter

STATES = [
    ("enforced", "Was in force"),
    ("waiting", "Never in force"),
]


class VersionFilter(NamedPeople):
    """What the list of versions can be narrowed to."""

    state = django_filters.ChoiceFilter(
        choices=STATES,
        label="State",
        method="as_it_stands",
    )
    by = Account("loaded_by", label="Brought in by")
    after = MomentFilter("loaded_at", "gte", label="Brought in after")
    until = MomentFilter("loaded_at", "lt", label="Brought in before")

    by_account: ClassVar[tuple[str, ...]] = ("by",)

    class Meta:
        model = CanonVersion
        fields: list[str] = []

    def as_it_stands(
        self,
        queryset: CanonVersionQuerySet,
        name: str,
        value: str,
    ) -> CanonVersionQuerySet:
        """Keep what was in force once, or never."""
        return queryset.filter(enforced_at__isnull=value == "waiting")
