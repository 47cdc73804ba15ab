"""What runs of the last days came to nothing: failed, stale, or asked for a second time."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

from django.db import connection
from django.db.models import Count

from enrichment.models import Run
from enrichment.models.runs import OPEN

DAYS = 30
# as addresses say it
SINCE = f"{DAYS}d-ago"
READ = """
    SELECT status, error_class, count(*), count(refused_for_id),
        coalesce(sum(credits_saved) FILTER (WHERE refused_for_id IS NOT NULL), 0)
    FROM enrichment_run
    WHERE entity_type = ANY (%(types)s)
        AND status IN ('failed', 'skipped', 'stale')
        AND ran_at >= %(since)s
    GROUP BY status, error_class
"""


@dataclass
class Setbacks:
    """Runs since a moment: `duplicates` are requests that a fresh run made needless."""

    stale: int = 0
    failed: int = 0
    duplicates: int = 0
    credits_saved: Decimal = Decimal(0)
    classes: Counter[str] = field(default_factory=Counter)


def lately(types: Sequence[str], *, at: datetime) -> Setbacks:
    """Count the runs of the 30 days before a moment, failed ones by error class. One query over one index."""
    found = Setbacks()
    with connection.cursor() as cursor:
        cursor.execute(READ, {"types": list(types), "since": since(at)})
        for status, error_class, runs, needless, saved in cursor.fetchall():
            found.duplicates += needless
            found.credits_saved += saved
            if status == "failed":
                found.failed += runs
                found.classes[error_class] += runs
            if status == "stale":
                found.stale += runs
    return found


def since(at: datetime) -> datetime:
    """Return the moment that the figures begin with."""
    return at - timedelta(days=DAYS)


def under_way(entity_type: str) -> Counter[str]:
    """Count the runs that have not ended, by status. One query."""
    rows = Run.objects.filter(entity_type=entity_type, status__in=OPEN)
    counted = rows.order_by().values_list("status").annotate(Count("pk"))
    return Counter(dict(counted))
