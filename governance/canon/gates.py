"""The facts of a call against the gates of a tool: everything that fails, each in words."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from enum import Enum
from typing import Any, NamedTuple

from governance.canon import lookups
from governance.toolbox import facts as told
from governance.toolbox.entries import Canon, Comparison, Condition, FactKind, Hours, Tool

MOST_NAMED = 20
LONGEST_NAME = 60
UNKNOWN = "is not known"


class Kind(Enum):
    """What a failure is about; in the order in which they are answered."""

    FACT = "fact"
    ATTEMPTS = "attempts"
    GATE = "gate"


class Failure(NamedTuple):
    """A condition that does not hold: the fact, what the canon asks for, and what is wrong."""

    fact: str
    condition: str
    said: str
    kind: Kind

    def __str__(self) -> str:
        return f"{self.fact} {self.said}"

    def as_json(self) -> dict[str, str]:
        return {
            "fact": self.fact,
            "condition": self.condition,
            "said": self.said,
        }


class Call(NamedTuple):
    """What gates are asked about."""

    tool: Tool
    hub_id: str
    entity: str | None
    facts: Mapping[Any, Any]
    at: datetime


def failures(call: Call, canon: Canon) -> list[Failure]:
    """Return every condition that does not hold: facts of a wrong kind, attempts, gates."""
    found = list(_unsound(call, canon))
    named = {one.fact for one in found}
    judged = (_failure(gate, call, canon) for gate in call.tool.gates if gate.fact not in named)
    return found + [one for one in judged if one]


def _unsound(call: Call, canon: Canon) -> Iterator[Failure]:
    """Give the facts of a wrong kind, whether the tool asks for them or not."""
    asked = {gate.fact: gate.words for gate in call.tool.gates}
    count = 0
    for name, value in call.facts.items():
        said = told.unsound(name, value, canon.facts)
        if said:
            count += 1
            shown = told.clean(name, most=LONGEST_NAME) if isinstance(name, str) else "a fact"
            yield Failure(shown, asked.get(name, ""), said, Kind.FACT)
        if count >= MOST_NAMED:
            return


def _failure(gate: Condition, call: Call, canon: Canon) -> Failure | None:
    """Judge one gate by a fact that is of its kind, or unknown."""
    value = call.facts.get(gate.fact)
    if canon.facts[gate.fact] is FactKind.ATTEMPTS:
        return _of_attempts(gate, call, value)
    if value is None:
        said = UNKNOWN
    elif gate.comparison is Comparison.IS_TRUE:
        said = "" if value else "is not true"
    elif gate.comparison is Comparison.WITHIN_HOURS:
        said = _outside_hours(value, call.at, canon.calling_hours)
    else:
        said = _unmet(gate, value)
    return Failure(gate.fact, gate.words, said, Kind.GATE) if said else None


def _of_attempts(gate: Condition, call: Call, given: Any) -> Failure | None:
    """Take the greater of what the caller says and what the ledger knows."""
    known = lookups.attempts_known(call.tool, call.hub_id, call.entity)
    value = known if given is None else max(given, known)
    said = _unmet(gate, value)
    return Failure(gate.fact, gate.words, said, Kind.ATTEMPTS) if said else None


def _unmet(gate: Condition, value: Any) -> str:
    is_met = value < gate.bound if gate.comparison is Comparison.BELOW else value >= gate.bound
    if is_met:
        return ""
    return f"is {told.shown(value)}, and must be {gate.comparison.value} {gate.bound}"


def _outside_hours(name: str, at: datetime, hours: Hours) -> str:
    """Say what time it is there, where nobody may be called then."""
    there = at.astimezone(told.zone(name))
    if hours.opens <= there.time() < hours.closes:
        return ""
    return f"says {name}, where it is {there:%H:%M}: people are called {hours}"
