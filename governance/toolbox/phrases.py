"""The phrases that values of the canon are written in, each with an example of what it takes."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import time, timedelta
from decimal import Decimal
from typing import Any

from governance.toolbox.entries import (
    Backoff,
    Comparison,
    Condition,
    Cost,
    FactKind,
    InteractionType,
    Limit,
    ToolTier,
    Unit,
)

NUMBER = r"[0-9]{1,9}(?:\.[0-9]{1,6})?"
COUNT = r"[1-9][0-9]{0,8}"
FACT = r"[a-z][a-z0-9_]{0,62}"
LIMIT = re.compile(
    rf"(?P<calls>{COUNT}) (?:at once|per (?:(?P<every>{COUNT}) )?"
    r"(?P<unit>second|minute|hour|day|month)s?(?: per (?P<each>domain))?)"
)
COST = re.compile(rf"free|(?P<dollars>{NUMBER}) USD a (?P<per>call|minute|month)")
DOLLARS = re.compile(rf"(?P<dollars>{NUMBER}) USD")
BACKOFF = re.compile(
    rf"(?P<growth>linear|exponential|fixed) (?P<first>{COUNT}) (?P<unit>ms|s), "
    rf"(?P<tries>{COUNT}) (?:try|tries)"
)
LENGTH = re.compile(rf"(?P<many>{COUNT}) (?P<unit>hour|day)s?")
CLOCK = re.compile(r"(?P<hour>[01][0-9]|2[0-3]):(?P<minute>[0-5][0-9])")
TRUTH = re.compile(rf"(?P<fact>{FACT}) is true")
COMPARED = re.compile(rf"(?P<fact>{FACT}) (?P<sign><|>=) (?P<bound>{NUMBER})")
WITHIN = re.compile(rf"(?P<fact>{FACT}) within calling hours")
UNITS = {"ms": "milliseconds", "s": "seconds", "hour": "hours", "day": "days"}
LONGEST_TEXT = 500


class Unclear(ValueError):  # noqa: N818 - a refusal
    """A value is not written as its phrase."""


@dataclass(frozen=True)
class Phrase:
    """How a value is written: what reads it, and an example for whoever wrote something else."""

    read: Callable[[str], Any]
    example: str

    def __call__(self, text: str) -> Any:
        """Read it; raises Unclear."""
        found = self.read(text)
        if found is None:
            raise Unclear(f"“{text[:60]}” is not written as {self.example}")
        return found


def of_pattern(pattern: str, example: str) -> Phrase:
    """Return the phrase of texts that fit a pattern, taken as they are."""
    compiled = re.compile(pattern)
    return Phrase(
        lambda text: text if compiled.fullmatch(text) else None,
        example,
    )


def of_choices(choices: dict[str, Any]) -> Phrase:
    """Return the phrase of one of these words."""
    return Phrase(choices.get, " or ".join(choices))


def _prose(text: str) -> str | None:
    tidy = " ".join(text.split())
    is_fit = 0 < len(tidy) <= LONGEST_TEXT and tidy.isprintable()
    return tidy if is_fit else None


def _limit(text: str) -> Limit | None:
    found = LIMIT.fullmatch(text)
    if not found:
        return None
    return Limit(
        calls=int(found["calls"]),
        every=int(found["every"] or 1),
        unit=Unit(found["unit"] or "at once"),
        each=found["each"] or "",
        words=text,
    )


def _cost(text: str) -> Cost | None:
    found = COST.fullmatch(text)
    if not found:
        return None
    return Cost(
        dollars=Decimal(found["dollars"] or 0),
        per=found["per"] or "call",
        words=text,
    )


def _dollars(text: str) -> Decimal | None:
    found = DOLLARS.fullmatch(text)
    return Decimal(found["dollars"]) if found else None


def _backoff(text: str) -> Backoff | None:
    found = BACKOFF.fullmatch(text)
    if not found:
        return None
    return Backoff(
        growth=found["growth"],
        first=_span(found["first"], found["unit"]),
        tries=int(found["tries"]),
        words=text,
    )


def _length(text: str) -> timedelta | None:
    found = LENGTH.fullmatch(text)
    return _span(found["many"], found["unit"]) if found else None


def _span(many: str, unit: str) -> timedelta:
    # the longest that a number of nine digits of days could be, no calendar has
    return timedelta(**{UNITS[unit]: min(int(many), 999_999)})


def _clock(text: str) -> time | None:
    found = CLOCK.fullmatch(text)
    return time(int(found["hour"]), int(found["minute"])) if found else None


def _condition(text: str) -> Condition | None:
    if found := TRUTH.fullmatch(text):
        return Condition(found["fact"], Comparison.IS_TRUE, None, text)
    if found := WITHIN.fullmatch(text):
        return Condition(found["fact"], Comparison.WITHIN_HOURS, None, text)
    if found := COMPARED.fullmatch(text):
        sign = Comparison(found["sign"])
        return Condition(found["fact"], sign, Decimal(found["bound"]), text)
    return None


PROSE = Phrase(_prose, f"a text of 1 to {LONGEST_TEXT} characters that can be seen")
VERSION = Phrase(
    lambda text: int(text) if re.fullmatch(COUNT, text) else None,
    "a whole number from 1",
)
TIER = of_choices({str(tier.value): tier for tier in ToolTier})
INTERACTION = of_choices({kind.value: kind for kind in InteractionType})
KIND = of_choices({kind.value: kind for kind in FactKind})
TOOL_ID = of_pattern(r"TOOL-[0-9]{3}", "TOOL-001")
HUB_ID = of_pattern(r"HUB-[A-Z0-9-]{1,40}", "HUB-PEOPLE")
SLUG = of_pattern(r"[a-z][a-z0-9]*(-[a-z0-9]+){0,5}", "mx-lookup")
FACT_NAME = of_pattern(FACT, "domain_verified")
ENVIRONMENT = of_pattern(r"[A-Z][A-Z0-9_]{0,62}", "HUNTER_API_KEY")
LIMITED = Phrase(_limit, "“50 per second”, “1 per 2 seconds per domain” or “10 at once”")
COSTS = Phrase(_cost, "“free” or “0.008 USD a call” (a minute, a month)")
CAP = Phrase(_dollars, "“100 USD”")
RETRIED = Phrase(_backoff, "“exponential 2 s, 3 tries” (linear, fixed; ms)")
KEPT = Phrase(_length, "“24 hours” or “30 days”")
TIME = Phrase(_clock, "“09:00”")
GATE = Phrase(
    _condition,
    "“mx_present is true”, “bit_score >= 75” or “contact_timezone within calling hours”",
)
