"""Moments that PostgreSQL keeps and Python cannot: infinity, year 10000, 24:00, zones without rules."""

import re
from datetime import date, datetime, time, tzinfo
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.db.backends.postgresql.psycopg_any import get_adapters_template
from psycopg import DataError
from psycopg.adapt import AdaptersMap, Dumper
from psycopg.postgres import types
from psycopg.types.datetime import DateLoader, TimeLoader, TimestamptzLoader

# as PostgreSQL writes them: five digits of a year, or the letters of an era
BEYOND = re.compile(r"-?infinity|\d{5,6}-[-+:. \d]+|\d{4,}-[-+:. \d]+ BC")


class Beyond(datetime):
    """The nearest moment that Python has, and the one that was `written`: it shows and goes back as that."""

    written = ""

    @classmethod
    def of(cls, written: str, zone: tzinfo | None) -> "Beyond":
        """Stand for a moment by the first or the last that there is."""
        is_early = written.startswith("-") or written.endswith("BC")
        nearest = datetime.min if is_early else datetime.max
        found = cls.combine(nearest.date(), nearest.time(), zone)
        found.written = written
        return found

    def __format__(self, spec: str) -> str:
        return self.written or super().__format__(spec)

    def __str__(self) -> str:
        return self.written or super().__str__()

    def isoformat(self, *args: Any, **kwargs: Any) -> str:
        """Return what was written."""
        return self.written or super().isoformat(*args, **kwargs)

    def strftime(self, format: str) -> str:
        """Return what was written."""
        return self.written or super().strftime(format)

    def astimezone(self, tz: tzinfo | None = None) -> "Beyond":
        """Return itself: it lies outside of every calendar."""
        return self


class MomentLoader(TimestamptzLoader):
    """Reads every moment there can be; Django looks at its `timezone`."""

    timezone: tzinfo | None = None

    def load(self, data: Any) -> datetime:
        """Read it, or what stands for it."""
        try:
            return super().load(data).replace(tzinfo=self.timezone)
        except DataError:
            return Beyond.of(bytes(data).decode(), self.timezone)


class DayLoader(DateLoader):
    """Reads every day there can be: those that Python has not as the first or the last it has."""

    def load(self, data: Any) -> date:
        """Read it, or the nearest."""
        try:
            return super().load(data)
        except DataError:
            return Beyond.of(bytes(data).decode(), None).date()


class TimeOfDayLoader(TimeLoader):
    """Reads every time of a day there can be: 24:00 as the last that Python has."""

    def load(self, data: Any) -> time:
        """Read it, or the nearest."""
        try:
            return super().load(data)
        except DataError:
            return time.max


class BeyondDumper(Dumper):
    """Gives a moment back to PostgreSQL as it was read."""

    oid = types["timestamptz"].oid

    def dump(self, obj: Beyond) -> bytes:
        """Write it."""
        return (obj.written or datetime.isoformat(obj)).encode()


def zone(name: str) -> ZoneInfo | None:
    """Return the time zone of a name, None where this machine knows none of that name."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def zone_said(name: str) -> str:
    """Write the name of a time zone, and that times are those of UTC where there is none."""
    return name if zone(name) else f"UTC, for there is no zone {name!r}"


@cache
def adapters(use_tz: bool, zone: tzinfo | None) -> AdaptersMap:
    """Return Django's adapters with ours over them."""
    found = AdaptersMap(get_adapters_template(use_tz, zone))
    found.register_loader("timestamptz", type("ZonedLoader", (MomentLoader,), {"timezone": zone}))
    found.register_loader("date", DayLoader)
    found.register_loader("time", TimeOfDayLoader)
    found.register_dumper(Beyond, BeyondDumper)
    return found


def read(text: str, zone: tzinfo | None) -> Beyond | None:
    """Read a moment that Python has not, as a place marker carries it; None for any other text."""
    return Beyond.of(text, zone) if BEYOND.fullmatch(text) else None
