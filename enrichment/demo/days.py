"""The last 30 days of coverage, counted from the runs of the demo as the house would have done."""

from datetime import timedelta

from django.db import connection
from django.utils import timezone

from enrichment.queries.figures import days as kept
from enrichment.services.figures import days

SHOWN = 30
# what the warehouse holds was there before anything ran
KNOWN = """UPDATE enrichment_entity SET first_seen_at = (SELECT min(ran_at) FROM enrichment_run)
    WHERE in_warehouse"""


def build() -> int:
    """Keep each of the last 30 days that runs tell of; returns how many. Needs a transaction of the owner."""
    first = kept.first_day()
    if first is None:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(KNOWN)
    today = timezone.now().date()
    begin = max(first, today - timedelta(days=SHOWN))
    wanted = [begin + timedelta(days=n) for n in range((today - begin).days)]
    days.take(wanted)
    return len(wanted)
