"""What the canon says, compiled: one immutable object a tool, a ban, a condition."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time, timedelta
from decimal import Decimal
from enum import Enum, IntEnum
from functools import lru_cache

# what names are told apart without: capitals, dots, dashes, blanks
UNTOLD = str.maketrans("", "", " .-_\t")
LONGEST_NAME = 255


class ToolTier(IntEnum):
    TIER_0 = 0  # free
    TIER_1 = 1  # cheap
    TIER_2 = 2  # surgical


class InteractionType(Enum):
    READ = "READ"
    WRITE = "WRITE"
    ENRICH = "ENRICH"
    VALIDATE = "VALIDATE"


class FactKind(Enum):
    """What a fact is, in the words of the file."""

    TRUTH = "yes or no"
    NUMBER = "number"
    ATTEMPTS = "attempts"
    ZONE = "time zone"
    TEXT = "text"


class Comparison(Enum):
    IS_TRUE = "is true"
    BELOW = "<"
    AT_LEAST = ">="
    WITHIN_HOURS = "within calling hours"


class Unit(Enum):
    """What a limit counts within; days and months are those of the calendar, in UTC."""

    SECOND = "second"
    MINUTE = "minute"
    HOUR = "hour"
    DAY = "day"
    MONTH = "month"
    AT_ONCE = "at once"


class BanKind(Enum):
    VENDOR = "vendor"
    LIBRARY = "library"
    PATTERN = "pattern"


@dataclass(frozen=True, slots=True)
class Condition:
    """One gate of a tool; `words` is how the file says it."""

    fact: str
    comparison: Comparison
    bound: Decimal | None
    words: str


@dataclass(frozen=True, slots=True)
class Limit:
    """At most so many calls within `every` units, for each of what `each` names where it does."""

    calls: int
    every: int
    unit: Unit
    each: str
    words: str


@dataclass(frozen=True, slots=True)
class Cost:
    """US dollars `per` call, minute or month; 0 is free."""

    dollars: Decimal
    per: str
    words: str


@dataclass(frozen=True, slots=True)
class Backoff:
    """How a failed call is tried again: growth of the pause, its first length, calls in all."""

    growth: str
    first: timedelta
    tries: int
    words: str


@dataclass(frozen=True, slots=True)
class Hub:
    """A hub that may call tools; none where `closed` gives a reason."""

    id: str
    name: str
    closed: str


@dataclass(frozen=True, slots=True)
class Tool:
    id: str
    slug: str
    name: str
    software: str
    tier: ToolTier
    hubs: frozenset[str]
    interaction: InteractionType
    limits: tuple[Limit, ...]
    cost: Cost
    monthly_cap: Decimal | None
    backoff: Backoff
    cache: timedelta | None
    api_key_env: str
    gates: tuple[Condition, ...]

    def __str__(self) -> str:
        return f"{self.id} {self.name}"


@dataclass(frozen=True, slots=True)
class Ban:
    """What nobody may call, why, and what does the same; `also` holds its other names."""

    kind: BanKind
    name: str
    also: tuple[str, ...]
    reason: str
    alternative: str

    def __str__(self) -> str:
        return (
            f"{self.name} is a banned {self.kind.value}. {self.reason} Instead: {self.alternative}."
        )


@dataclass(frozen=True, slots=True)
class Hours:
    """When people may be called, in their own zone: `opens` inclusive, `closes` exclusive."""

    opens: time
    closes: time

    def __str__(self) -> str:
        return f"{self.opens:%H:%M}-{self.closes:%H:%M}"


@dataclass(frozen=True, slots=True)
class Canon:
    """One version of the file. `bans` are by the word of their kind and by folded name; approvals hold ids."""

    version: int
    sha256: str
    tools: Mapping[str, Tool]
    hubs: Mapping[str, Hub]
    facts: Mapping[str, FactKind]
    bans: Mapping[str, Mapping[str, Ban]]
    all_bans: Mapping[str, Ban]
    calling_hours: Hours
    tools_with_approval: frozenset[str]
    hubs_with_approval: frozenset[str]

    def banned(self, name: str, kind: str = "") -> Ban | None:
        """Return the ban of that name, of this kind (vendor, library, pattern); of any where none is given."""
        bans = self.bans[kind] if kind else self.all_bans
        return bans.get(fold(name))

    def needs_approval(self, tool: Tool, hub_id: str) -> bool:
        """Whether a person must agree to each call of this tool for this hub."""
        return tool.id in self.tools_with_approval or hub_id in self.hubs_with_approval


@lru_cache(maxsize=1024)
def _folded(name: str) -> str:
    return unicodedata.normalize("NFKC", name).casefold().translate(UNTOLD)


def fold(name: str) -> str:
    """Write a name as it is told apart: `Seamless.AI` and `seamless ai` are one."""
    return _folded(name[:LONGEST_NAME])
