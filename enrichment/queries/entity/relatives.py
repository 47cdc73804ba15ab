"""Where else an entity is known: its company on the spine."""

from django.db.models import QuerySet

from governance.models import (
    CompanyMaster,
    Outreach,
    Readiness,
)

MOST = 5


def on_spine(domain: str) -> QuerySet[Readiness]:
    """Return the companies of the spine with this domain, five at most. One query."""
    named = CompanyMaster.objects.filter(
        domain=domain,
        outreach__isnull=False,
    )
    spine = Outreach.objects.filter(domain=domain)
    found = spine.values("outreach_id").union(
        named.values("outreach_id"),
    )
    known = Readiness.objects.filter(pk__in=found)
    return known.order_by("pk")[:MOST]
