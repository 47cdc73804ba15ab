"""What one text of the canon says otherwise than another, in words."""

from collections.abc import Iterator, Mapping
from enum import Enum
from typing import NamedTuple

from governance.toolbox import wording
from governance.toolbox.entries import Ban, Canon, Tool, fold

NOTHING = "none"


class Kind(Enum):
    """What happened to an entry."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


class Change(NamedTuple):
    """One difference; `field` is empty, and one side too, where the whole entry came or went."""

    kind: Kind
    entry: str
    field: str
    before: str
    after: str


class Entry(NamedTuple):
    """An entry as it is compared: what it is called, and each field in words."""

    title: str
    fields: Mapping[str, str]


Entries = Mapping[str, Entry]


def between(old: Canon, new: Canon) -> list[Change]:
    """List what `new` adds, removes and changes, tools first; tools are told apart by slug.

    Empty where only comments, order or layout differ.
    """
    return [change for section in SECTIONS for change in _compared(section(old), section(new))]


def _compared(old: Entries, new: Entries) -> Iterator[Change]:
    for key, entry in new.items():
        if key not in old:
            yield Change(Kind.ADDED, entry.title, "", "", _whole(entry))
        else:
            yield from _changed(old[key], entry)
    for key, entry in old.items():
        if key not in new:
            yield Change(Kind.REMOVED, entry.title, "", _whole(entry), "")


def _changed(old: Entry, new: Entry) -> Iterator[Change]:
    for field, after in new.fields.items():
        before = old.fields[field]
        if before != after:
            yield Change(
                Kind.CHANGED,
                new.title,
                field,
                before or NOTHING,
                after or NOTHING,
            )


def _whole(entry: Entry) -> str:
    told = (f"{field}: {value}" for field, value in entry.fields.items() if value)
    return "; ".join(told)


def _tools(canon: Canon) -> Entries:
    return {tool.slug: Entry(str(tool), _of_tool(tool)) for tool in canon.tools.values()}


def _of_tool(tool: Tool) -> dict[str, str]:
    return {
        "id": tool.id,
        "name": tool.name,
        "software": tool.software,
        "tier": str(tool.tier.value),
        "hubs": ", ".join(sorted(tool.hubs)),
        "interaction": tool.interaction.value,
        "limits": "; ".join(limit.words for limit in tool.limits),
        "cost": tool.cost.words,
        "monthly cap": wording.dollars(tool.monthly_cap),
        "backoff": tool.backoff.words,
        "cache": wording.length(tool.cache),
        "API key": tool.api_key_env,
        "gates": "; ".join(gate.words for gate in tool.gates),
    }


def _hubs(canon: Canon) -> Entries:
    return {
        hub.id: Entry(hub.id, {"name": hub.name, "closed": hub.closed})
        for hub in canon.hubs.values()
    }


def _facts(canon: Canon) -> Entries:
    return {name: Entry(f"Fact {name}", {"kind": kind.value}) for name, kind in canon.facts.items()}


def _bans(canon: Canon) -> Entries:
    found = {id(ban): ban for of_kind in canon.bans.values() for ban in of_kind.values()}
    return {
        f"{ban.kind.value} {fold(ban.name)}": Entry(
            f"Banned {ban.kind.value} {ban.name}",
            _of_ban(ban),
        )
        for ban in found.values()
    }


def _of_ban(ban: Ban) -> dict[str, str]:
    return {
        "name": ban.name,
        "other names": ", ".join(ban.also),
        "reason": ban.reason,
        "alternative": ban.alternative,
    }


def _rules(canon: Canon) -> Entries:
    """Give what is said once for all tools."""
    return {
        "hours": Entry("Calling hours", {"hours": str(canon.calling_hours)}),
        "approval": Entry(
            "Human approval",
            {
                "tools": ", ".join(sorted(canon.tools_with_approval)),
                "hubs": ", ".join(sorted(canon.hubs_with_approval)),
            },
        ),
    }


SECTIONS = (_tools, _rules, _hubs, _facts, _bans)
