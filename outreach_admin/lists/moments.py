"""Moments in addresses: absolute in UTC, or counted from the time at which they are read."""

import re
from datetime import UTC, datetime, timedelta

from django.utils.dateparse import parse_datetime

from outreach_admin.db.rules import FIRST, LAST

NOW = "now"
RELATIVE = re.compile(r"in-(?P<ahead>\d{1,6}[hd])|(?P<past>\d{1,6}[hd])-ago", re.ASCII)
UNITS = {"h": timedelta(hours=1), "d": timedelta(days=1)}
SPOKEN = {"h": "h", "d": "days"}


def read(text: str, *, as_of: datetime) -> datetime | None:
    """Read `now`, `in-48h`, `7d-ago` or ISO 8601; None when it is no moment of the years that columns take."""
    distance = _distance(text)
    if distance is None:
        return read_absolute(text)
    try:
        return _within_years(as_of + distance)
    except OverflowError:
        return None


def read_absolute(text: str) -> datetime | None:
    """Read ISO 8601, a space or a plus sign lost in an address included; without an offset it is UTC."""
    try:
        moment = parse_datetime(text)
    except ValueError:
        return None
    if moment is None:
        return None
    return _within_years(moment if moment.tzinfo else moment.replace(tzinfo=UTC))


def is_relative(text: str) -> bool:
    """Tell whether a text means another moment each time it is read."""
    return _distance(text) is not None


def words(text: str) -> str:
    """Write a moment as people say it: `7 days ago`, `in 48 h`, `2026-02-04 13:00 UTC`; anything else as it is."""
    if text == NOW:
        return NOW
    found = RELATIVE.fullmatch(text)
    if found is None:
        moment = read_absolute(text)
        return stamp(moment) if moment else text
    length = found["ahead"] or found["past"]
    number, unit = int(length[:-1]), SPOKEN[length[-1]]
    if number == 1:
        unit = unit.removesuffix("s")
    return f"in {number} {unit}" if found["ahead"] else f"{number} {unit} ago"


def stamp(moment: datetime) -> str:
    """Write a moment in UTC; seconds only where there are any."""
    moment = moment.astimezone(UTC)
    seconds = ":%S" if moment.second else ""
    return f"{moment:%Y-%m-%d %H:%M{seconds} UTC}"


def _distance(text: str) -> timedelta | None:
    if text == NOW:
        return timedelta()
    found = RELATIVE.fullmatch(text)
    if found is None:
        return None
    length = found["ahead"] or found["past"]
    distance = int(length[:-1]) * UNITS[length[-1]]
    return distance if found["ahead"] else -distance


def _within_years(moment: datetime) -> datetime | None:
    return moment if FIRST <= moment <= LAST else None
