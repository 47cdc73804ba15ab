"""Where else an entity is known: its company on the spine."""

from django.db.models import QuerySet

from governance.models import Readiness
from governance.queries.companies import names

MOST = 5


def on_spine(domain: str) -> QuerySet[Readiness]:
    """Return the companies of the spine with this domain, five at most. Two queries."""
    found = names.by_domain([domain]).get(domain, set())
    known = Readiness.objects.filter(pk__in=sorted(found))
    return known.order_by("pk")[:MOST]
