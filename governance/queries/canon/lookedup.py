"""What the guard looks up of the ledger, on a connection of its own, whatever the caller has open.

How often a tool was called, and whether people have agreed to a call.
"""

from collections.abc import Mapping
from typing import Any

from governance.queries.canon import apart, current
from governance.toolbox import digests
from governance.toolbox.entries import Tool

LIVE = """SELECT EXISTS (
    SELECT FROM governance_approval a
    WHERE a.plan_hash = %s AND a.asked_call_id IS NOT NULL
      AND a.state = 'approved' AND a.expires_at > clock_timestamp()
      AND governance.votes_that_count(a) >= (a.policy ->> 'quorum')::int)"""
MADE = "SELECT governance.attempts_made(%s, %s, %s)"


def made(tool: Tool, hub_id: str, entity: str) -> int:
    """Return how many calls of a tool were made for a hub about an entity, open ones included. Raises Unknown."""
    (count,) = apart.ask(MADE, [tool.slug, hub_id, entity])
    return int(count)


def is_agreed(
    tool: Tool,
    hub_id: str,
    entity: str | None,
    facts: Mapping[str, Any],
) -> bool:
    """Whether a live approval of exactly this call stands that no call has spent. Raises Unknown where nobody can tell."""
    digest = digest_of(tool, hub_id, entity, facts)
    if digest is None:
        return False
    return bool(apart.ask(LIVE, [digest])[0])


def digest_of(
    tool: Tool,
    hub_id: str,
    entity: str | None,
    facts: Mapping[str, Any],
) -> str | None:
    """Return the digest of a call under the canon in force; None for one that nobody can agree to. Raises Unknown."""
    if entity is None:
        return None
    try:
        told = digests.facts_of(facts)
    except digests.Unwritten:
        return None
    return digests.digest(tool, hub_id, entity, told, current.ask().canon.version)
