"""Keeping the figures of readiness for each day."""

from datetime import date

from django.db import connection, transaction
from django.utils import timezone

from governance.exceptions import SnapshotRefused
from governance.models import ReadinessSnapshot
from governance.queries.readiness import drift, snapshots
from governance.services import chores

# days; what is missing further back is made on demand only
LOOKS_BACK = 90
INSERT = """INSERT INTO governance_readinessfigure (snapshot_id, tier, reason, promotable, companies)
    SELECT %s, tier, reason, promotable, companies FROM governance.readiness_at(%s)"""


@transaction.atomic
def take(day: date) -> ReadinessSnapshot:
    """Count how companies stood at the end of a day, or now where it has not ended; an earlier count of it is replaced.

    Raises SnapshotRefused for a day in the future, or before the first known change.
    """
    now = timezone.now()
    if day > now.date():
        raise SnapshotRefused(f"{day} has not come yet.")
    if day < now.date():
        _refuse_unknown(day)
    at = min(now, snapshots.end_of(day))
    kept, _ = ReadinessSnapshot.objects.update_or_create(
        day=day, defaults={"at": at, "definition": drift.definition_at(at)}
    )
    kept.figures.all().delete()
    with connection.cursor() as cursor:
        cursor.execute(INSERT, [kept.pk, at])
    return kept


def fill() -> int:
    """Take the snapshot of each day that has ended and has none, once no change of it is under way; returns how many."""
    return chores.each(snapshots.unkept(LOOKS_BACK), _take_settled)


def _refuse_unknown(day: date) -> None:
    first = snapshots.first_day()
    if first is None or day < first:
        since = f"only from {first} on" if first else "no change of any is stored"
        raise SnapshotRefused(f"How companies stood on {day} is not known: {since}.")


def _take_settled(day: date) -> bool:
    if not snapshots.is_settled(snapshots.end_of(day)):
        return False
    take(day)
    return True
