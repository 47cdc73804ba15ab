"""What companies that moved can be filtered by."""

import uuid
from collections import OrderedDict
from typing import Any

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet

from governance import words
from governance.filters.errors import long_enough
from governance.filters.readiness import days
from governance.models import Readiness, Reason, Tier, TierTransition
from governance.queries.readiness.moves import ABSENT, NOTHING
from outreach_admin.lists.fields import AnyOf, Text
from outreach_admin.lists.filters import StrictFilterSet
from outreach_admin.lists.search import domain_in

TIERS = [*Tier.choices, (ABSENT, "Not there")]
REASONS = [*Reason.choices, (NOTHING, "nothing lacks")]


class DayField(forms.CharField):
    """A day, written as 2026-02-04."""

    widget = forms.DateInput(attrs={"type": "date"})

    def clean(self, value: Any) -> Any:
        """Read the day; refuse what is none."""
        text = super().clean(value)
        try:
            return days.read(text) if text else None
        except ValueError:
            raise ValidationError("It is not a day, such as 2026-02-04.") from None


class DayFilter(django_filters.Filter):
    """A day that the rows are made for: it keeps them all."""

    field_class = DayField

    def filter(self, qs: QuerySet[Any], value: Any) -> QuerySet[Any]:
        """Leave the rows, which are those of that day already."""
        return qs


class AnyReason(AnyOf):
    """Rows by what a company lacked; `none` where it lacked nothing."""

    def filter(self, qs: QuerySet[Any], value: list[Any]) -> QuerySet[Any]:
        """Read `none` as the empty text it is kept as."""
        return super().filter(qs, ["" if one == NOTHING else one for one in value])


class MoveFilter(StrictFilterSet):
    """What companies that moved between two days can be filtered by.

    `from` and `to` name the days whose ends are compared; `absent` is the tier of a company that was not there.
    """

    from_tier = AnyOf(label="From tier", field_name="stood_tier", choices=TIERS)
    to_tier = AnyOf(label="To tier", method="went_to", choices=TIERS)
    from_reason = AnyReason(label="Lacked", field_name="stood_reason", choices=REASONS)
    to_reason = AnyReason(label="Lacks", field_name="stands_reason", choices=REASONS)
    q = Text(
        label="Text",
        method="with_text",
        validators=[long_enough],
        help_text="An outreach id, or text in name and domain; at least 3 characters.",
    )

    # every change between the days, where whoever asks has it: a rare tier is found by it without looking at all companies
    changes: QuerySet[TierTransition] | None = None

    facets = (
        "from_tier",
        "to_tier",
        "from_reason",
        "to_reason",
    )

    class Meta:
        model = TierTransition
        fields: list[str] = []

    @classmethod
    def get_filters(cls) -> "OrderedDict[str, django_filters.Filter]":
        """Add the days, one of which no attribute can be named after."""
        found: OrderedDict[str, django_filters.Filter] = super().get_filters()
        for key in days.KEYS:
            found[key] = DayFilter(label=f"{key.capitalize()} day")
        return found

    @property
    def wanted(self) -> dict[str, set[str]]:
        """Collect the values asked for by facet."""
        found: dict[str, set[str]] = {}
        for key, value in self.pairs():
            if key in self.facets:
                found.setdefault(key, set()).add(value)
        return found

    @property
    def is_counted(self) -> bool:
        """Whether counts by facet know everything that is asked for."""
        return "q" not in dict(self.pairs())

    def went_to(self, queryset: QuerySet[Any], name: str, value: list[str]) -> QuerySet[Any]:
        """Keep companies that ended in one of these tiers."""
        if not value:
            return queryset
        kept = queryset.filter(stands_tier__in=sorted(set(value)))
        if self.changes is None:
            return kept
        there = Q(to_tier__in=sorted(set(value)))
        if ABSENT in value:
            there |= Q(to_tier=None)
        return kept.filter(outreach_id__in=self.changes.filter(there).values("outreach_id"))

    def with_text(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Keep the company with this outreach id, or those with this text in name or domain."""
        try:
            return queryset.filter(outreach_id=uuid.UUID(words.tidy(value)))
        except ValueError:
            domain = words.domain_or_same(domain_in(value) or value)
            found = Readiness.objects.filter(
                Q(company_name__icontains=value) | Q(domain__icontains=domain),
            )
            return queryset.filter(outreach_id__in=found.values("pk"))
