"""The text of the tool canon made into its entries, or refused with every mistake by file, line and field."""

import hashlib
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from governance.toolbox import tools
from governance.toolbox.entries import Ban, BanKind, Canon, FactKind, Hours, Hub, fold
from governance.toolbox.nodes import Problem, Problems, Value, compose
from governance.toolbox.phrases import (
    FACT_NAME,
    HUB_ID,
    KIND,
    TIME,
    TOOL_ID,
    VERSION,
)

SECTIONS = (
    "version",
    "calling_hours",
    "hubs",
    "facts",
    "human_approval",
    "tools",
    "banned",
)
BANNED = {
    "vendors": BanKind.VENDOR,
    "libraries": BanKind.LIBRARY,
    "patterns": BanKind.PATTERN,
}
# twelve times the shipped one; the parser is Python, and takes seconds for what is made to be slow
LONGEST = 100_000
MOST_NAMED = 200


class CanonUnread(ValueError):  # noqa: N818 - a refusal
    """The text is no sound canon; `problems` are its mistakes in the order of their lines, the first 200."""

    def __init__(self, name: str, problems: list[Problem]) -> None:
        self.name = name
        found = sorted(problems, key=lambda one: one.line)
        self.problems = found[:MOST_NAMED]
        if rest := found[MOST_NAMED:]:
            said = f"{len(rest):,} more mistakes from here on."
            self.problems.append(Problem(rest[0].line, "", said))
        super().__init__("\n".join(f"{name}, {one}" for one in self.problems))


def read(text: str, *, name: str = "toolbox.yaml") -> Canon:
    """Read the canon. Raises CanonUnread with every mistake; `name` is what they call the file."""
    problems = Problems()
    if len(text) > LONGEST:
        said = f"It has more than {LONGEST:,} characters."
        raise CanonUnread(name, [Problem(1, "", said)])
    top = compose(text, problems)
    canon = _canon(top, text) if top else None
    if problems.found or canon is None:
        raise CanonUnread(name, problems.found)
    return canon


def _canon(top: Value, text: str) -> Canon | None:
    """Read all sections; None where one is missing. What the problems name is left out."""
    found = top.fields(*SECTIONS)
    if len(found) < len(SECTIONS):
        return None
    hubs = _hubs(found["hubs"])
    facts = _facts(found["facts"])
    bans = _bans(found["banned"])
    all_bans = {name: ban for of_kind in bans.values() for name, ban in of_kind.items()}
    known = tools.Known(hubs, facts, all_bans)
    listed = tools.read(found["tools"], known)
    approval = found["human_approval"].fields("tools", "hubs")
    return Canon(
        version=found["version"].read(VERSION),
        sha256=digest(text),
        tools=MappingProxyType(listed),
        hubs=MappingProxyType(hubs),
        facts=MappingProxyType(facts),
        bans=MappingProxyType(bans),
        all_bans=MappingProxyType(all_bans),
        calling_hours=_hours(found["calling_hours"]),
        tools_with_approval=_known(approval.get("tools"), TOOL_ID, listed),
        hubs_with_approval=_known(approval.get("hubs"), HUB_ID, hubs),
    )


def digest(text: str) -> str:
    """Return the SHA-256 of a canon's text, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def _hours(section: Value) -> Any:
    found = section.fields("opens", "closes")
    if len(found) < 2:
        return None
    opens, closes = (found[name].read(TIME) for name in ("opens", "closes"))
    if None in (opens, closes):
        return None
    if closes <= opens:
        found["closes"].refuse(f"It is not after {opens:%H:%M}, when they open.")
    return Hours(opens, closes)


def _hubs(section: Value) -> dict[str, Hub]:
    hubs = {}
    for key, value in section.named():
        id = key.read(HUB_ID)
        found = value.fields("name", optional=("closed",))
        name = found["name"].read() if "name" in found else ""
        closed = found["closed"].read() if "closed" in found else ""
        if id:
            hubs[id] = Hub(id, name, closed)
    return hubs


def _facts(section: Value) -> dict[str, FactKind]:
    facts = {}
    for key, value in section.named():
        name, kind = key.read(FACT_NAME), value.read(KIND)
        if name and kind:
            facts[name] = kind
    return facts


def _bans(section: Value) -> dict[str, Mapping[str, Ban]]:
    found = section.fields(*BANNED)
    return {
        kind.value: MappingProxyType(_bans_of(found[name], kind) if name in found else {})
        for name, kind in BANNED.items()
    }


def _bans_of(section: Value, kind: BanKind) -> dict[str, Ban]:
    """Read the bans of one kind, each under every name that it has."""
    bans: dict[str, Ban] = {}
    for key, value in section.named():
        found = value.fields("reason", "alternative", optional=("also",))
        texts = {name: found[name].read() for name in ("reason", "alternative") if name in found}
        others = found["also"].each() if "also" in found else []
        named = [(place, place.read()) for place in (key, *others)]
        if None in (word for _, word in named) or len(texts) < 2:
            continue
        (_, name), *also = named
        ban = Ban(kind, name, tuple(word for _, word in also), **texts)
        for place, word in named:
            other = bans.setdefault(fold(word), ban)
            if other is not ban:
                place.refuse(f"“{word}” is banned already, as {other.name}.")
    return bans


def _known(section: Value | None, phrase: Any, entries: Mapping[str, Any]) -> frozenset[str]:
    """Read a list of ids, each of which must be among the entries."""
    for one in section.each() if section else ():
        id = one.read(phrase)
        if id and id not in entries:
            one.refuse(f"There is no {id} in this file.")
    ids = section.listed(phrase) if section else []
    return frozenset(ids)
