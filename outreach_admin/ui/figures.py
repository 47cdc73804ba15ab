"""Figures in words: numbers, shares, lengths of time, dates relative to now."""

from datetime import UTC, datetime
from decimal import Decimal
from math import ceil

from outreach_admin.db.moments import Beyond

Number = int | float | Decimal
NUMBERS = (int, float, Decimal)

MINUTE, HOUR, DAY = 60, 3600, 86400


def number(value: Number | None, places: int = 0) -> str:
    """Write a figure with thousands separators; None is "unknown", never 0."""
    if value is None:
        return "unknown"
    return f"{value:,.{places}f}"


def signed(change: int) -> str:
    """Write by how much something grew: `+1,200`, `−5`, `no change`."""
    if not change:
        return "no change"
    return f"{'+' if change > 0 else '−'}{abs(change):,}"


def percent(part: Number | None, whole: Number | None, places: int = 1) -> str:
    """Write part of whole in percent; an empty whole has no share."""
    if part is None or whole is None:
        return "unknown"
    if not whole:
        return "no rows"
    return f"{100 * float(part) / float(whole):.{places}f} %"


def span(seconds: float) -> str:
    """Write a distance in its largest fitting unit, whole numbers only: `44 h`, `28 d`."""
    length = abs(seconds)
    if length < MINUTE:
        return f"{int(length)} s"
    if length < HOUR:
        return f"{int(length // MINUTE)} min"
    if length < 3 * DAY:
        return f"{int(length // HOUR)} h"
    if length < 730 * DAY:
        return f"{int(length // DAY)} d"
    return f"{int(length // (365 * DAY))} y"


def duration(seconds: float | None) -> str:
    """Write how long something took or will take: `0.9 s`, `1 min 40 s`, `8 h 24 min`."""
    if seconds is None:
        return "unknown"
    if 0 < seconds < 0.1:
        return "under 0.1 s"
    if seconds < 10:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < MINUTE:
        return f"{whole} s"
    if whole < HOUR:
        return _pair(whole, MINUTE, "min", 1, "s")
    if whole < DAY:
        return _pair(whole, HOUR, "h", MINUTE, "min")
    return _pair(whole, DAY, "d", HOUR, "h")


def _pair(whole: int, unit: int, name: str, lesser: int, lesser_name: str) -> str:
    first, rest = divmod(whole, unit)
    second = rest // lesser
    return f"{first} {name} {second} {lesser_name}" if second else f"{first} {name}"


def counted(rows: int, noun: str = "row", nouns: str = "") -> str:
    """Write a number with its noun: `1 row`, `1,200 rows`; `nouns` is a plural of its own."""
    return f"{rows:,} {noun if rows == 1 else nouns or f'{noun}s'}"


def ago(moment: datetime, now: datetime) -> str:
    """Write a moment relative to now: `28 d ago`, `in 44 h`, `now` within a second; what is to come counts the minute begun."""
    if isinstance(moment, Beyond):
        return str(moment)
    seconds = (now - moment).total_seconds()
    if abs(seconds) < 1:
        return "now"
    if seconds > 0:
        return f"{span(seconds)} ago"
    return f"in {span(seconds if -seconds < MINUTE else -MINUTE * ceil(-seconds / MINUTE))}"


def exact(moment: datetime) -> str:
    """Write a moment to the second in UTC: `2026-02-04 03:32:00 UTC`; one beyond all years as it is stored."""
    if isinstance(moment, Beyond):
        return str(moment)
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


def day(moment: datetime) -> str:
    """Write the day of a moment in UTC: `2026-02-04`; one beyond all years as it is stored."""
    if isinstance(moment, Beyond):
        return str(moment)
    return f"{moment.astimezone(UTC):%Y-%m-%d}"
