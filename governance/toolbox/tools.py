"""The tools of the canon: each entry read, and set against the hubs, facts and bans of the same file."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any

from governance.toolbox.entries import (
    Ban,
    Comparison,
    Condition,
    FactKind,
    Hub,
    Tool,
    fold,
)
from governance.toolbox.nodes import Value
from governance.toolbox.phrases import (
    CAP,
    COSTS,
    ENVIRONMENT,
    GATE,
    HUB_ID,
    INTERACTION,
    KEPT,
    LIMITED,
    PROSE,
    RETRIED,
    SLUG,
    TIER,
    TOOL_ID,
    Phrase,
)

PHRASES: dict[str, Phrase] = {
    "slug": SLUG,
    "name": PROSE,
    "software": PROSE,
    "tier": TIER,
    "interaction": INTERACTION,
    "cost": COSTS,
    "monthly_cap": CAP,
    "backoff": RETRIED,
    "cache": KEPT,
    "api_key_env": ENVIRONMENT,
}
LISTS: dict[str, Phrase] = {
    "hubs": HUB_ID,
    "limits": LIMITED,
    "gates": GATE,
}
OPTIONAL = ("monthly_cap", "cache", "api_key_env", "gates")
NEEDED = tuple(name for name in (*PHRASES, *LISTS) if name not in OPTIONAL)
LEFT_OUT: dict[str, Any] = {
    "monthly_cap": None,
    "cache": None,
    "api_key_env": "",
    "gates": (),
}
# which kinds of facts a comparison takes
TAKES = {
    Comparison.IS_TRUE: (FactKind.TRUTH,),
    Comparison.BELOW: (FactKind.NUMBER, FactKind.ATTEMPTS),
    Comparison.AT_LEAST: (FactKind.NUMBER,),
    Comparison.WITHIN_HOURS: (FactKind.ZONE,),
}


@dataclass(frozen=True)
class Known:
    """What the rest of the file says, which tools may name."""

    hubs: Mapping[str, Hub]
    facts: Mapping[str, FactKind]
    bans: Mapping[str, Ban]


def read(section: Value, known: Known) -> dict[str, Tool]:
    """Read all tools by id; a slug, a name or a key of the environment is one tool's alone."""
    tools: dict[str, Tool] = {}
    taken: dict[str, str] = {}
    for key, value in section.named():
        id = key.read(TOOL_ID)
        found = value.fields(*NEEDED, optional=OPTIONAL)
        given = {name: _value(name, one) for name, one in found.items()}
        for name, one in found.items():
            _check(name, one, given[name], known)
        for name in ("slug", "name", "api_key_env"):
            if name in found and given[name]:
                _refuse_taken(found[name], given[name], taken, id)
        if id and all(given.get(name) is not None for name in NEEDED):
            tools[id] = _tool(id, given)
    return tools


def _value(name: str, value: Value) -> Any:
    if name in LISTS:
        return value.listed(LISTS[name])
    return value.read(PHRASES[name])


def _tool(id: str, given: dict[str, Any]) -> Tool:
    whole = LEFT_OUT | {name: value for name, value in given.items() if value is not None}
    whole |= {name: tuple(whole[name]) for name in LISTS}
    whole["hubs"] = frozenset(whole["hubs"])
    assert {field.name for field in fields(Tool)} == {"id", *whole}
    return Tool(id=id, **whole)


def _refuse_taken(value: Value, given: str, taken: dict[str, str], id: str | None) -> None:
    """Refuse what another tool has already under that field."""
    field = value.path.rpartition(".")[2]
    owner = taken.setdefault(f"{field} {fold(given)}", str(id))
    if owner != str(id):
        value.refuse(f"“{given}” is the {field} of {owner} already.")


def _check(name: str, value: Value, given: Any, known: Known) -> None:
    """Set one field against the rest of the file."""
    if not given:
        if name in ("hubs", "limits"):
            value.refuse("It needs at least one.")
        return
    if check := CHECKS.get(name):
        for place, said in check(value, given, known):
            place.refuse(said)


def _hubs(value: Value, given: list[str], known: Known) -> Iterator[tuple[Value, str]]:
    for one in value.each():
        id = one.node.value
        hub = known.hubs.get(id) if id in given else None
        if id in given and hub is None:
            yield one, f"There is no hub {id}."
        elif hub and hub.closed:
            yield one, f"{id} may use no tool: {hub.closed}"


def _gates(value: Value, given: list[Condition], known: Known) -> Iterator[tuple[Value, str]]:
    by_words = {one.words: one for one in given}
    for one in value.each():
        gate = by_words.get(str(one.node.value))
        if gate is None:
            continue
        kind = known.facts.get(gate.fact)
        if kind is None:
            yield one, f"There is no fact {gate.fact}."
        elif kind not in TAKES[gate.comparison]:
            wanted = " or ".join(taken.value for taken in TAKES[gate.comparison])
            yield one, f"{gate.fact} is {kind.value}, and this asks for {wanted}."


def _name(value: Value, given: str, known: Known) -> Iterator[tuple[Value, str]]:
    if ban := known.bans.get(fold(given)):
        yield value, f"{ban.name} is banned: {ban.reason}"


CHECKS: dict[str, Callable[[Value, Any, Known], Iterator[tuple[Value, str]]]] = {
    "hubs": _hubs,
    "gates": _gates,
    "name": _name,
    "software": _name,
}
