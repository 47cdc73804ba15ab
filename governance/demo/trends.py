"""The days of a demo: how companies stood at the end of each, from the first change that is told to the last."""

from datetime import UTC, datetime

from django.db import connection
from django.db.models import Max
from django.utils import timezone

from governance.demo import population
from governance.models import ReadinessSnapshot, TierTransition
from governance.queries.readiness import drift


def keep(*, today: datetime | None) -> None:
    """Take the snapshot of every day at once; the last one is of `today`, else of the last change."""
    last = today or TierTransition.objects.aggregate(at=Max("at"))["at"]
    now = timezone.now()
    with connection.cursor() as cursor:
        cursor.execute(
            population.statements("snapshots"),
            [now, last.astimezone(UTC).date(), drift.definition_at(now)],
        )


def figures() -> list[tuple[str, int]]:
    """Return what there is to see of the days, counted."""
    return [
        ("tier transitions", TierTransition.objects.count()),
        ("days with a snapshot", ReadinessSnapshot.objects.count()),
    ]
