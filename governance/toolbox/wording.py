"""What the canon says, in sentences for people who do not read the file."""

from datetime import timedelta
from decimal import Decimal

from governance.toolbox.entries import (
    Backoff,
    Canon,
    Comparison,
    Condition,
    FactKind,
    Tool,
    ToolTier,
)

TIERS = {
    ToolTier.TIER_0: "free",
    ToolTier.TIER_1: "cheap",
    ToolTier.TIER_2: "surgical",
}
GROWTH = {
    "linear": "one {first} longer after each try",
    "exponential": "twice as long after each try",
    "fixed": "always as long",
}
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)


def condition(gate: Condition, canon: Canon) -> str:
    """Say what a gate asks for, and where its fact comes from."""
    kind = canon.facts[gate.fact]
    if gate.comparison is Comparison.IS_TRUE:
        return "The caller says that it is so; unknown does not pass."
    if gate.comparison is Comparison.WITHIN_HOURS:
        hours = canon.calling_hours
        return f"Between {hours.opens:%H:%M} and {hours.closes:%H:%M} by the clock of that zone."
    if kind is FactKind.ATTEMPTS:
        return (
            f"Tried fewer than {counted(gate.bound)} for this entity. "
            "The ledger counts; the caller can raise the number, never lower it."
        )
    if gate.comparison is Comparison.BELOW:
        return f"The caller says a number below {gate.bound}."
    return f"The caller says a number of {gate.bound} or more."


def counted(bound: Decimal | None) -> str:
    """Write how often."""
    return "once" if bound == 1 else f"{bound} times"


def retried(backoff: Backoff) -> str:
    """Say how a failed call is tried again."""
    if backoff.tries == 1:
        return "One call, never tried again."
    first = length(backoff.first)
    growth = GROWTH[backoff.growth].format(first=first)
    return f"Up to {backoff.tries} calls; the first wait is {first}, {growth}."


def length(span: timedelta | None) -> str:
    """Write a length of time in the largest unit that it fills; nothing for none."""
    if span is None:
        return ""
    if span >= DAY and not span % DAY:
        return plural(span // DAY, "day")
    if span >= HOUR and not span % HOUR:
        return plural(span // HOUR, "hour")
    if not span % SECOND:
        return f"{span // SECOND} s"
    return f"{span // timedelta(milliseconds=1)} ms"


def plural(many: int, unit: str) -> str:
    return f"{many} {unit}" if many == 1 else f"{many} {unit}s"


def dollars(amount: Decimal | None) -> str:
    """Write an amount of US dollars; nothing for none."""
    return "" if amount is None else f"{amount} USD"


def approval(tool: Tool, canon: Canon) -> str:
    """Say for which of its calls a person must agree; nothing where for none."""
    if tool.id in canon.tools_with_approval:
        return "A person agrees to each call."
    hubs = sorted(tool.hubs & canon.hubs_with_approval)
    return f"A person agrees to each call for {', '.join(hubs)}." if hubs else ""
