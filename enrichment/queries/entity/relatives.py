"""Where else an entity is known: its company on the spine."""

from django.db.models import QuerySet

from governance.models import CompanyMaster, Outreach, Readiness

MOST = 5


def on_spine(domain: str) -> QuerySet[Readiness]:
    """Return the companies of the spine with this domain, five at most. One query."""
    spine = Outreach.objects.filter(domain=domain).values("outreach_id")
    master = CompanyMaster.objects.filter(domain=domain, outreach__isnull=False)
    found = spine.union(master.values("outreach_id"))
    return Readiness.objects.filter(pk__in=found).order_by("pk")[:MOST]
