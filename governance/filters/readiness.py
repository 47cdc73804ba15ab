"""What companies can be filtered by when their readiness goes out."""

import django_filters

from governance.models import Readiness, Tier
from outreach_admin.lists.fields import AnyOf, AnyText
from outreach_admin.lists.filters import StrictFilterSet


class ReadinessFilter(StrictFilterSet):
    """What companies can be filtered by; flags are true or false."""

    tier = AnyOf(label="Tier", choices=Tier.choices)
    bottleneck = AnyText(label="Bottleneck")
    ct_status = AnyText(label="Company target")
    promotable = django_filters.BooleanFilter(label="Promotable")
    ct_done = django_filters.BooleanFilter(label="Company target done")
    dol_done = django_filters.BooleanFilter(label="DOL done")
    people_done = django_filters.BooleanFilter(label="People done")
    blog_done = django_filters.BooleanFilter(label="Blog done")
    bit_done = django_filters.BooleanFilter(label="BIT done")

    facets = ("tier", "bottleneck", "ct_status")

    class Meta:
        model = Readiness
        fields: list[str] = []
