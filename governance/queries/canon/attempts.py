"""How often a tool was called, as the ledger knows it."""

from governance.queries.canon import apart
from governance.toolbox.entries import Tool

MADE = "SELECT governance.attempts_made(%s, %s, %s)"


def made(tool: Tool, hub_id: str, entity: str) -> int:
    """Return how many calls of a tool were made for a hub about an entity, open ones included. Raises Unknown."""
    (count,) = apart.ask(MADE, [tool.slug, hub_id, entity])
    return int(count)
