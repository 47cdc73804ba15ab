"""Counting ahead what clearing large groups of errors would do."""

from datetime import datetime

from django.utils import timezone

from governance.models import GroupEffects
from governance.queries.errors import group_effects
from governance.queries.errors.groups import GROUPINGS
from governance.services import chores


def count_effects() -> int:
    """Count what clearing each large group would do; returns how many ways of grouping were counted.

    A way is left where nothing has changed since, all where every page of groups is read at once.
    A transaction each: a way of grouping takes seconds at a million errors. One worker keeps house.
    """
    if group_effects.are_few():
        return 0
    return sum(chores.alone(_count, grouping) for grouping in GROUPINGS)


def _count(grouping: str) -> bool:
    at, stamp = timezone.now(), group_effects.stamp()
    if _still_holds(grouping, stamp, at):
        GroupEffects.objects.filter(pk=grouping).update(counted_at=at)
        return False
    counted = group_effects.of_large(grouping, at=at)
    facts = {"counted_at": at, "stamp": stamp, "effects": counted}
    GroupEffects.objects.update_or_create(pk=grouping, defaults=facts)
    return True


def _still_holds(grouping: str, stamp: int | None, at: datetime) -> bool:
    """Say whether nothing has changed since; the days of a counting are those before its own."""
    found = GroupEffects.objects.filter(pk=grouping, stamp=stamp).first() if stamp else None
    return found is not None and found.counted_at.date() == at.date()
