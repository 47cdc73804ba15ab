"""Days in addresses: `2026-02-04`."""

from datetime import date


class DayConverter:
    """A day of the calendar; what is none is no address."""

    regex = r"\d{4}-\d{2}-\d{2}"

    def to_python(self, value: str) -> date:
        return date.fromisoformat(value)

    def to_url(self, value: date) -> str:
        return value.isoformat()
