"""What violations of the tool canon can be filtered by."""

from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils.functional import cached_property

from governance.filters.errors import EITHER, EXPIRES, long_enough
from governance.models import Disposition, Hub, Severity, TtlTier, ViolationCase
from governance.models.errors import BLOCKING_DISPOSITIONS
from governance.queries.companies import names
from governance.toolbox.codes import CODES
from outreach_admin.lists.fields import AnyOf, AnyText, MomentFilter, Text
from outreach_admin.lists.filters import StrictFilterSet
from outreach_admin.lists.spans import ages

CODE_CHOICES = [(code, code) for code in CODES]
SEEN = ages(
    "seen",
    "Seen",
    after="seen_after",
    before="seen_before",
)


class ViolationFilter(StrictFilterSet):
    """What the queue of violations can be filtered by.

    `tool` is a slug, the id of what the canon did not have; `company` an outreach id, a company's own id or its
    domain; `seen_after` includes its moment. `blocks` are open violations about a company.
    """

    code = AnyOf(label="Code", choices=CODE_CHOICES)
    tool = AnyText(label="Tool")
    hub = AnyText("hub_id", label="Hub")
    severity = AnyOf(label="Severity", choices=Severity.choices)
    disposition = AnyOf(label="Disposition", choices=Disposition.choices)
    owner = AnyText(label="Owner")
    ttl_tier = AnyOf(label="TTL", choices=TtlTier.choices)
    blocks = django_filters.BooleanFilter(
        label="Blocks a company",
        method="blocking_somebody",
        widget=forms.Select(choices=EITHER),
    )
    company = Text(
        label="Company",
        method="of_company",
        help_text="Outreach id, company id or domain.",
    )
    q = Text(
        label="Text",
        method="with_text",
        validators=[long_enough],
        help_text="In what the guard said; at least 3 characters.",
    )
    seen_after = MomentFilter("at", "gte", label="Seen after")
    seen_before = MomentFilter("at", "lt", label="Seen before")
    expires_after = MomentFilter("expires_at", "gte", label="Expires after")
    expires_before = MomentFilter("expires_at", "lt", label="Expires before")

    facets = ("code", "tool", "hub", "severity", "disposition", "owner")
    spans = (SEEN, EXPIRES)

    class Meta:
        model = ViolationCase
        fields: list[str] = []

    def blocking_somebody(
        self,
        queryset: QuerySet[Any],
        name: str,
        value: bool,
    ) -> QuerySet[Any]:
        """Keep open violations about a company, or the others."""
        held = Q(outreach__isnull=False, disposition__in=BLOCKING_DISPOSITIONS)
        return queryset.filter(held if value else ~held)

    def of_company(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return queryset.filter(outreach__in=names.outreach_ids(value))

    def with_text(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Keep violations whose sentence holds `value`, in any case."""
        return queryset.filter(violation__message__icontains=value)

    def label_of(self, name: str, value: str) -> str:
        """Write a hub by its name."""
        return self._hubs.get(value, value) if name == "hub" else super().label_of(name, value)

    @cached_property
    def _hubs(self) -> dict[str, str]:
        return dict(Hub.objects.values_list("id", "name"))
