"""The tools of the canon as people look at them: those in force, one by its slug, what stops it."""

import os
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from governance.models import CanonVersion, KillSwitch
from governance.models.canon.switches import ALL
from governance.queries.canon import kept
from governance.toolbox import reading, wording
from governance.toolbox.entries import Canon, Tool, ToolTier

HISTORY_SHOWN = 20
VERSIONS_READ = 50
Stops = Mapping[str, KillSwitch]


class Row(NamedTuple):
    """A tool in the list. What the ledger and the violations know of it is added here, one query for all."""

    tool: Tool
    hubs: str
    approval: str
    stop: KillSwitch | None


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


def stops() -> dict[str, KillSwitch]:
    """Return what is stopped now, by slug; all tools under the empty one."""
    standing = KillSwitch.objects.standing().select_related("by")
    return {switch.tool: switch for switch in standing}


def by_tier(canon: Canon, standing: Stops) -> list[Tier]:
    """Return the tools in force by tier, each in the order of the ids."""
    rows = [_row(tool, canon, standing) for _, tool in sorted(canon.tools.items())]
    tiers = [
        Tier(tier.value, wording.TIERS[tier], [row for row in rows if row.tool.tier is tier])
        for tier in ToolTier
    ]
    return [tier for tier in tiers if tier.rows]


def _row(tool: Tool, canon: Canon, standing: Stops) -> Row:
    return Row(
        tool,
        hubs_of(tool, canon),
        wording.approval(tool, canon),
        standing.get(tool.slug),
    )


def hubs_of(tool: Tool, canon: Canon) -> str:
    """Name the hubs of a tool."""
    return ", ".join(canon.hubs[id].name for id in sorted(tool.hubs))


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


def switches_of(slug: str) -> list[KillSwitch]:
    """Return the latest switches that stopped this tool, alone or with all others."""
    found = KillSwitch.objects.filter(tool__in=[slug, ALL])
    return list(found.select_related("by", "released_by")[:HISTORY_SHOWN])


def has_key(tool: Tool) -> bool:
    """Whether this process has the key that the tool asks for; what it is, nobody is told."""
    return bool(os.environ.get(tool.api_key_env))
