"""Days in addresses: `2026-02-04`."""

from datetime import date

from outreach_admin.db.rules import FIRST_YEAR, LAST_YEAR


class DayConverter:
    """A day of the calendar in years that columns take; what is none is no address."""

    regex = r"\d{4}-\d{2}-\d{2}"

    def to_python(self, value: str) -> date:
        day = date.fromisoformat(value)
        if not FIRST_YEAR <= day.year < LAST_YEAR:
            raise ValueError(value)
        return day

    def to_url(self, value: date) -> str:
        return value.isoformat()
