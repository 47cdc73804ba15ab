"""The days that trends and moves are about, as addresses name them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from outreach_admin.exceptions import BadRequest
from outreach_admin.ui.texts import word

KEYS = ("from", "to")
# a year and a day: the same day of two years
MOST_DAYS = 367


@dataclass(frozen=True)
class Days:
    """The days from `first` to `last`, both included."""

    first: date
    last: date

    @property
    def length(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def query(self) -> str:
        """Write them as an address names them."""
        return f"from={self.first}&to={self.last}"


def latest(days: int, *, today: date) -> Days:
    """Return that many days, the last one today."""
    return Days(today - timedelta(days=days - 1), today)


def of_address(data: Mapping[str, str], *, today: date, usual: int) -> Days:
    """Read `from` and `to`; `usual` days up to today where neither is named.

    Raises BadRequest for what is no date, days to come, days turned round, and for more than a year.
    """
    last = named(data.get("to")) or today
    first = named(data.get("from")) or _before(last, usual - 1)
    if last > today:
        raise BadRequest(
            f"{last} has not come yet.",
            what_to_do=f"Choose days up to today, {today}.",
        )
    if first > last:
        raise BadRequest(
            f"{first} comes after {last}: the days are turned round.",
            what_to_do="Choose the earlier day first.",
        )
    found = Days(first, last)
    if found.length > MOST_DAYS:
        raise BadRequest(
            f"From {first} to {last} are {found.length:,} days.",
            what_to_do="Choose a year at most.",
        )
    return found


def named(text: str | None) -> date | None:
    """Read the day that somebody named; None where nobody did. Raises BadRequest for what is no date."""
    if not text:
        return None
    try:
        return read(text)
    except ValueError:
        raise BadRequest(
            f"“{word(text[:40])}” is no date.",
            what_to_do="Write the day as 2026-02-04.",
        ) from None


def read(text: str) -> date:
    """Read a day written in full, as 2026-02-04. Raises ValueError."""
    if len(text) != len("2026-02-04"):
        raise ValueError(text)
    return date.fromisoformat(text)


def _before(day: date, days: int) -> date:
    # the first year has days before it that no date can be
    return day - timedelta(days=min(days, (day - date.min).days))
