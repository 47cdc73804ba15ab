"""When people may be called: the next opening by their own clock, and how long an agreement lasts by it."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from governance.toolbox.entries import Comparison, Hours, Tool
from governance.toolbox.facts import zone

A_DAY = timedelta(days=1)


def zone_fact(tool: Tool) -> str:
    """Name the fact by whose zone a tool keeps calling hours; empty where it keeps none."""
    kept = (one.fact for one in tool.gates if one.comparison is Comparison.WITHIN_HOURS)
    return next(kept, "")


def is_open(at: datetime, name: str, hours: Hours) -> bool:
    """Whether calling hours are open in a zone; where no zone is known, whether nothing is kept closed."""
    there = zone(name)
    if there is None:
        return True
    return hours.opens <= at.astimezone(there).time() < hours.closes


def next_opening(at: datetime, name: str, hours: Hours) -> datetime:
    """Return when calling hours are open: that moment itself, else their next opening."""
    there = zone(name)
    if there is None or is_open(at, name, hours):
        return at
    local = at.astimezone(there)
    day = local.date() + (A_DAY if local.time() >= hours.closes else timedelta())
    return datetime.combine(day, hours.opens, tzinfo=there).astimezone(UTC)


def lasts_until(
    at: datetime,
    hours_valid: int,
    name: str,
    hours: Hours,
) -> datetime:
    """Return until when an agreement of `at` lasts.

    It counts from the next opening; an end while hours are closed is put off by as long as they are closed until then.
    """
    end = next_opening(at, name, hours) + timedelta(hours=hours_valid)
    there = zone(name)
    if there is None or is_open(end, name, hours):
        return end
    return next_opening(end, name, hours) + (end - _closed_at(end, there, hours))


def _closed_at(at: datetime, there: ZoneInfo, hours: Hours) -> datetime:
    """Return when the hours that are closed then were last closed."""
    local = at.astimezone(there)
    day = local.date() - (A_DAY if local.time() < hours.opens else timedelta())
    return datetime.combine(day, hours.closes, tzinfo=there).astimezone(UTC)
