"""When a schedule is due: its own rule of civil time, which knows days with changed clocks.

A time that does not exist (clocks go forward) counts as that much later; one that exists twice
(clocks go back) counts the first time. So each civil day has one due moment.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Protocol

from outreach_admin.db import moments

DAY = timedelta(days=1)
# a week, and a day at either end for what time zones move
LOOKED_AT = 9


class Rule(Protocol):
    """What a schedule says of when."""

    every_minutes: int | None
    at: time | None
    weekday: int | None
    time_zone: str


class Version(Rule, Protocol):
    """A rule, and since when it was in force until when."""

    is_on: bool
    enforced_at: datetime | None
    ended_at: datetime | None


def latest(rule: Rule, by: datetime) -> datetime:
    """Return the last due moment that is not after `by`."""
    if rule.every_minutes:
        return _beat(rule.every_minutes, by)
    today = by.astimezone(_zone(rule)).date()
    days = (today + DAY * (1 - back) for back in range(LOOKED_AT + 1))
    return max(moment for moment in _moments(rule, days) if moment <= by)


def following(rule: Rule, after: datetime) -> datetime:
    """Return the first due moment after `after`."""
    if rule.every_minutes:
        return _beat(rule.every_minutes, after) + timedelta(minutes=rule.every_minutes)
    today = after.astimezone(_zone(rule)).date()
    days = (today + DAY * (ahead - 1) for ahead in range(LOOKED_AT + 1))
    return min(moment for moment in _moments(rule, days) if moment > after)


def due(versions: Iterable[Version], *, by: datetime, since: datetime | None) -> datetime | None:
    """Return the last moment up to `by` at which a version was due while in force, if it is after `since`.

    Several missed moments are one: what is made up is made up once. One that was due just before
    another version took the place is not lost.
    """
    found = []
    for version in versions:
        if not version.is_on or version.enforced_at is None:
            continue
        moment = latest(version, min(by, version.ended_at or by))
        if moment >= version.enforced_at and (since is None or moment > since):
            found.append(moment)
    return max(found, default=None)


def _beat(minutes: int, by: datetime) -> datetime:
    seconds = 60 * minutes
    return datetime.fromtimestamp(by.timestamp() // seconds * seconds, UTC)


def _zone(rule: Rule) -> tzinfo:
    """Return its zone; a name that plain SQL wrote, or that went with an update, stops no other schedule."""
    return moments.zone(rule.time_zone) or UTC


def _moments(rule: Rule, days: Iterable[date]) -> Iterable[datetime]:
    for day in days:
        if rule.weekday is None or day.weekday() == rule.weekday:
            yield _moment(rule, day)


def _moment(rule: Rule, day: date) -> datetime:
    if rule.at is None:
        raise ValueError("a rule has minutes or a time")
    # fold 0: the first of two, and in a gap the offset of before, which is later by the gap
    return datetime.combine(day, rule.at, _zone(rule)).astimezone(UTC)
