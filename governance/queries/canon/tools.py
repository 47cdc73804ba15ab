"""The tools of the canon as people look at them: those in force, one by its slug, what stops it."""

import os
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import NamedTuple

from governance.models import CanonVersion, KillSwitch, ToolCall
from governance.models.canon.switches import ALL
from governance.queries.canon import kept
from governance.queries.canon.refused import Last
from governance.queries.canon.usage import Use
from governance.queries.companies import names
from governance.toolbox import reading, wording
from governance.toolbox.entries import Canon, Hub, Tool, ToolTier, fold

HISTORY_SHOWN = 20
CALLS_SHOWN = 6
VERSIONS_READ = 50
UNKNOWN: Mapping[str, Use] = MappingProxyType({})
UNREFUSED: Mapping[str, Last] = MappingProxyType({})
Stops = Mapping[str, KillSwitch]


class Row(NamedTuple):
    """A tool in the list. What is known of it from elsewhere is added here, one query for all tools."""

    tool: Tool
    hubs: str
    approval: str
    stop: KillSwitch | None
    use: Use | None
    last: Last | None


class Tier(NamedTuple):
    """The tools of one tier."""

    number: int
    word: str
    rows: list[Row]


class Numbering(NamedTuple):
    """Under which id a tool stood, and in which versions first and last."""

    id: str
    first: int
    last: int


class Found(NamedTuple):
    """One tool as the newest version that has it says, with `is_in_force` where that is the one in force."""

    tool: Tool
    canon: Canon
    is_in_force: bool
    numberings: list[Numbering]


class LatestCall(NamedTuple):
    """A call of a tool, and the company that it is about, where the spine has it."""

    call: ToolCall
    company: names.Company | None


def stops() -> dict[str, KillSwitch]:
    """Return what is stopped now, by slug; all tools under the empty one."""
    standing = KillSwitch.objects.standing().select_related("by")
    return {switch.tool: switch for switch in standing}


def by_tier(
    canon: Canon,
    standing: Stops,
    used: Mapping[str, Use] = UNKNOWN,
    last: Mapping[str, Last] = UNREFUSED,
) -> list[Tier]:
    """Return the tools in force by tier, each in the order of the ids, with what stops them, is used and was refused of them."""
    rows = [
        Row(
            tool,
            hubs_of(tool, canon),
            wording.approval(tool, canon),
            standing.get(tool.slug),
            used.get(tool.slug),
            last.get(tool.slug),
        )
        for _, tool in sorted(canon.tools.items())
    ]
    tiers = [
        Tier(tier.value, wording.TIERS[tier], [row for row in rows if row.tool.tier is tier])
        for tier in ToolTier
    ]
    return [tier for tier in tiers if tier.rows]


def hubs_of(tool: Tool, canon: Canon) -> str:
    """Name the hubs of a tool."""
    return ", ".join(hub.name for hub in hubs_by_id(tool, canon))


def hubs_by_id(tool: Tool, canon: Canon) -> list[Hub]:
    """Return the hubs of a tool."""
    return [canon.hubs[id] for id in sorted(tool.hubs)]


def find(slug: str) -> Found | None:
    """Find a tool by its slug, in the canon in force or in the newest version before it that had it."""
    newest = kept.in_force()
    held = [
        (version.version, canon, tool)
        for version, canon in _ever_enforced()
        for tool in canon.tools.values()
        if tool.slug == slug
    ]
    if not held:
        return None
    in_force = next((found for found in held if found[1] is newest.canon), None)
    _, canon, tool = in_force or held[-1]
    numberings = _numberings((number, one.id) for number, _, one in held)
    return Found(tool, canon, in_force is not None, numberings)


def _ever_enforced() -> list[tuple[CanonVersion, Canon]]:
    """Read the versions that were in force once, by number; one that is not understood is left out."""
    found = []
    for version in kept.listed().enforced().order_by("-version")[:VERSIONS_READ]:
        try:
            found.append((version, kept.compiled(version.sha256)))
        except reading.CanonUnread:
            continue
    return found[::-1]


def _numberings(held: Iterable[tuple[int, str]]) -> list[Numbering]:
    """Join versions that follow each other with the same id."""
    found: list[Numbering] = []
    for number, id in held:
        if found and found[-1].id == id:
            found[-1] = found[-1]._replace(last=number)
        else:
            found.append(Numbering(id, number, number))
    return found


def named(text: str) -> list[Tool]:
    """Return the tools in force that have this text in one of their names, by id."""
    canon = kept.in_force().canon
    part = fold(text)
    if canon is None or not part:
        return []
    found = [
        tool for tool in canon.tools.values() if any(part in fold(name) for name in names_of(tool))
    ]
    return sorted(found, key=lambda tool: tool.id)


def names_of(tool: Tool) -> tuple[str, ...]:
    """Return what a tool is called."""
    return tool.id, tool.slug, tool.name, tool.software


def slugs() -> list[tuple[str, str]]:
    """Offer the slugs of all tools that were ever in force, each with its newest name."""
    found = {tool.slug: str(tool) for _, canon in _ever_enforced() for tool in canon.tools.values()}
    return sorted(found.items(), key=lambda pair: pair[1])


def hubs() -> list[tuple[str, str]]:
    """Offer the ids of all hubs that were ever in force, each with its newest name."""
    found = {hub.id: hub.name for _, canon in _ever_enforced() for hub in canon.hubs.values()}
    return sorted(found.items(), key=lambda pair: pair[1])


def switches_of(slug: str) -> list[KillSwitch]:
    """Return the latest switches that stopped this tool, alone or with all others."""
    found = KillSwitch.objects.filter(tool__in=[slug, ALL])
    return list(found.select_related("by", "released_by")[:HISTORY_SHOWN])


def calls_of(slug: str) -> list[LatestCall]:
    """Return the latest calls of this tool with the companies that they are about. Two queries."""
    rows = ToolCall.objects.filter(tool=slug).defer("facts").order_by("-reserved_at", "-pk")
    latest = list(rows[:CALLS_SHOWN])
    companies = names.named_by({call.entity for call in latest})
    return [LatestCall(call, companies.get(call.entity)) for call in latest]


def has_key(tool: Tool) -> bool:
    """Whether this process has the key that the tool asks for; what it is, nobody is told."""
    return bool(os.environ.get(tool.api_key_env))
