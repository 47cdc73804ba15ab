"""How companies stood at the end of a day, and which of them moved between two."""

from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from uuid import UUID

from django.db import connection
from django.utils import timezone

from governance.models import ReadinessFigure, ReadinessSnapshot, Tier, TierTransition
from outreach_admin.exceptions import BadRequest

# the net of what happened to each company: where it stood before the first change, and after the last
MOVED = """
    SELECT outreach_id, from_tier, to_tier, from_reason, to_reason
    FROM (
        SELECT DISTINCT outreach_id,
            first_value(from_tier) OVER each AS from_tier,
            last_value(to_tier) OVER each AS to_tier,
            first_value(from_reason) OVER each AS from_reason,
            last_value(to_reason) OVER each AS to_reason
        FROM governance_tiertransition
        WHERE at > %s AND at <= %s
        WINDOW each AS (PARTITION BY outreach_id ORDER BY id
            ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)) net
    WHERE (from_tier, from_reason) IS DISTINCT FROM (to_tier, to_reason)
    ORDER BY outreach_id"""
UNDER_WAY = """
    SELECT EXISTS (
        SELECT FROM pg_stat_activity
        WHERE datname = current_database() AND backend_xid IS NOT NULL AND xact_start < %s)"""


class Move(NamedTuple):
    """A company that stands otherwise than before; None where it was not there, or is no more."""

    outreach_id: UUID
    from_tier: str | None
    to_tier: str | None
    from_reason: str | None
    to_reason: str | None


def end_of(day: date) -> datetime:
    """Return the first moment after a day, in UTC."""
    return datetime.combine(day + timedelta(days=1), time(), tzinfo=UTC)


def first_day() -> date | None:
    """Return the first day at whose end the standing is known: that of the first stored transition."""
    first = TierTransition.objects.order_by("at").values_list("at", flat=True).first()
    return first.astimezone(UTC).date() if first else None


def unkept(most: int) -> list[date]:
    """Return the days among the last `most` that have ended, are known and have no snapshot of their end."""
    first = first_day()
    if first is None:
        return []
    today = timezone.now().date()
    begin = max(first, today - timedelta(days=most))
    ended = [begin + timedelta(days=n) for n in range((today - begin).days)]
    kept = ReadinessSnapshot.objects.filter(day__gte=begin).values_list("day", "at")
    whole = {day for day, at in kept if at == end_of(day)}
    return [day for day in ended if day not in whole]


def is_settled(moment: datetime) -> bool:
    """Whether nobody is still writing in a transaction begun before that moment."""
    with connection.cursor() as cursor:
        cursor.execute(UNDER_WAY, [moment])
        return not cursor.fetchone()[0]


def tiers_on(day: date) -> dict[str, int]:
    """Return how many companies stood in each tier in the snapshot of a day. Raises BadRequest where there is none."""
    if not ReadinessSnapshot.objects.filter(day=day).exists():
        raise BadRequest(
            f"There is no snapshot of {day}.",
            what_to_do="Choose another day, or take it: readiness_snapshot --day.",
        )
    found: Counter[str] = Counter()
    figures = ReadinessFigure.objects.filter(snapshot__day=day)
    for tier, companies in figures.values_list("tier", "companies"):
        found[tier] += companies
    return {tier.value: found[tier.value] for tier in Tier}


def latest_two(*, apart: int) -> tuple[ReadinessSnapshot, ReadinessSnapshot] | None:
    """Return the latest snapshot and the one `apart` days before it, of one definition; the nearest older or younger one where there is none."""
    last = ReadinessSnapshot.objects.order_by("-day").first()
    if last is None:
        return None
    earlier = ReadinessSnapshot.objects.filter(day__lt=last.day, definition=last.definition)
    wanted = last.day - timedelta(days=apart)
    first = earlier.filter(day__lte=wanted).order_by("-day").first() or earlier.first()
    return (first, last) if first else None


def comparable(first: date, last: date) -> tuple[ReadinessSnapshot, ReadinessSnapshot]:
    """Return the snapshots of two days.

    Raises BadRequest where the days are turned round, one has no snapshot, or the definition changed between.
    """
    if first >= last:
        raise BadRequest(
            f"{first} is not before {last}.", what_to_do="Choose the earlier day first."
        )
    kept = {one.day: one for one in ReadinessSnapshot.objects.filter(day__in=[first, last])}
    for day in (first, last):
        if day not in kept:
            raise BadRequest(f"There is no snapshot of {day}.", what_to_do="Choose another day.")
    if kept[first].definition != kept[last].definition:
        raise BadRequest(
            f"What a tier means changed between {first} and {last}: their figures cannot be compared.",
            what_to_do="Choose two days on one side of the change.",
        )
    return kept[first], kept[last]


def moved(first: date, last: date) -> list[Move]:
    """Return the companies that stood otherwise at the end of `last` than at the end of `first`.

    Raises BadRequest for days that are not `comparable`.
    """
    before, after = comparable(first, last)
    with connection.cursor() as cursor:
        cursor.execute(MOVED, [before.at, after.at])
        return [Move(*row) for row in cursor.fetchall()]
