"""What a value must satisfy to stand in a column: the same rule as SQL and in Python."""

import re
import unicodedata
from abc import ABC, abstractmethod
from datetime import UTC, date, datetime, timedelta
from math import isfinite
from typing import Any, ClassVar

from outreach_admin.db import jsonfields

FIRST_YEAR, LAST_YEAR = 1900, 9999
FIRST, LAST = datetime(FIRST_YEAR, 1, 1, tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
MOST_YEARS = 100
# containers that lie in each other
LEVELS = 32
# controls, what has no width, what turns the line around: none of it belongs into a name or a code
UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]")


def unseen(word: str) -> str:
    """Say which letter of a name or a code nobody can see; empty where all of it is seen.

    Files and forms refuse it; what plain SQL brings is shown as it is (outreach_admin/ui/texts.py).
    """
    found = UNSEEN.search(word)
    if not found:
        return ""
    number = f"U+{ord(found.group()):04X}"
    name = unicodedata.name(found.group(), "control character").lower()
    return f"It has a letter that nobody sees: {number}, {name}. Leave it out."


class Rule(ABC):
    """One limit of a column: `name` ends the constraint's, `sentence` is for people, `sql` holds a column for {}."""

    name: str
    sentence: str
    sql: str

    @abstractmethod
    def came(self, value: Any) -> str:
        """Say how far a value exceeds it; empty where it does not."""

    def refusal(self, value: Any) -> str:
        """Say what the column takes and what came; empty for a value that it takes."""
        came = self.came(value)
        return f"It takes {self.sentence}, not {came}." if came else ""


class Letters(Rule):
    """A text of at most so many characters."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.name = f"at_most_{most}_characters"
        self.sentence = f"at most {most:,} characters"
        # bytes are counted at once, characters one by one
        self.sql = f"octet_length({{0}}) <= {most} OR char_length({{0}}) <= {most}"

    def came(self, value: str) -> str:
        """Count the characters."""
        return f"{len(value):,}" if len(value) > self.most else ""


class Moments(Rule):
    """A moment that calendars have."""

    name = f"from_{FIRST_YEAR}_to_{LAST_YEAR}"
    sentence = f"a moment of the years {FIRST_YEAR} to {LAST_YEAR}"
    sql = (
        f"{{0}} >= timestamptz '{FIRST_YEAR}-01-01 00:00:00+00' "
        f"AND {{0}} < timestamptz '{LAST_YEAR + 1}-01-01 00:00:00+00'"
    )

    def came(self, value: datetime) -> str:
        """Compare it; what stands for a moment that Python has not lies outside."""
        is_inside = FIRST <= value <= LAST and not getattr(value, "written", "")
        return "" if is_inside else str(value)


class Days(Moments):
    """A day that calendars have."""

    sql = f"{{0}} >= date '{FIRST_YEAR}-01-01' AND {{0}} < date '{LAST_YEAR + 1}-01-01'"

    def came(self, value: date) -> str:  # type: ignore[override]
        """Look at the year."""
        return "" if value.year >= FIRST_YEAR else str(value)


class Spans(Rule):
    """A length of time that can be added to a moment."""

    name = f"within_{MOST_YEARS}_years"
    sentence = f"a length of time of at most {MOST_YEARS} years"
    most = timedelta(days=366 * MOST_YEARS)
    sql = f"{{0}} BETWEEN interval '-{most.days} days' AND interval '{most.days} days'"

    def came(self, value: timedelta) -> str:
        """Compare it."""
        return "" if abs(value) <= self.most else f"{value.days:,} days"


class Finite(Rule):
    """A number, neither NaN nor without end."""

    name = "finite"
    sentence = "a number"
    sql = "{0} > '-Infinity' AND {0} < 'Infinity'"

    def came(self, value: Any) -> str:
        """Look whether it ends."""
        return "" if isfinite(value) else str(value)


class Bytes(Rule):
    """At most so many bytes."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.name = f"at_most_{most}_bytes"
        self.sentence = f"at most {most:,} bytes"
        self.sql = f"octet_length({{0}}) <= {most}"

    def came(self, value: bytes) -> str:
        """Count them."""
        return f"{len(value):,}" if len(value) > self.most else ""


class Documents(Rule):
    """A JSON object (or array) of at most so many bytes as PostgreSQL writes it, and so many levels."""

    KINDS: ClassVar[dict[str, tuple[type, str]]] = {
        "object": (dict, "an object"),
        "array": (list, "a list"),
    }

    def __init__(self, most: int, kind: str = "object", depth: int = LEVELS) -> None:
        self.most = most
        self.depth = depth
        self.type, words = self.KINDS[kind]
        self.name = f"{kind}_of_{most}_bytes_{depth}_levels"
        self.sentence = f"{words} of at most {most:,} bytes and {depth} levels"
        deeper = f'strict $.**{{{{{depth}}}}} ? (@.type() == "object" || @.type() == "array")'
        self.sql = (
            f"jsonb_typeof({{0}}) = '{kind}' AND octet_length({{0}}::text) <= {most} "
            f"AND NOT jsonb_path_exists({{0}}, '{deeper}')"
        )

    def came(self, value: Any) -> str:
        """Look at its kind, then count levels and bytes."""
        if not isinstance(value, self.type):
            return "something else"
        if (deep := jsonfields.levels(value)) > self.depth:
            return f"{deep:,} levels"
        size = len(jsonfields.write(value, ensure_ascii=False).encode())
        return f"{size:,} bytes" if size > self.most else ""


class Lists(Rule):
    """A list of texts, none of them unknown, of at most so many characters in all."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.name = f"list_of_{most}_characters"
        self.sentence = f"a list of texts of at most {most:,} characters in all"
        self.sql = (
            "coalesce(array_ndims({0}), 1) = 1 AND array_position({0}, NULL) IS NULL "
            f"AND char_length(array_to_string({{0}}, '')) <= {most}"
        )

    def came(self, value: list[str]) -> str:
        """Count the characters."""
        found = sum(map(len, value))
        return f"{found:,}" if found > self.most else ""
