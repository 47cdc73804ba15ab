"""What the guard looks up and never takes from the caller's word: attempts made, and what people agreed to.

Whoever keeps them registers how they are asked; while nobody has, nothing is known: no attempt, no
approval. One that cannot answer raises `Unknown` of queries/canon/current.py: the call is stopped.
"""

from collections.abc import Callable, Mapping
from typing import Any

from governance.toolbox.entries import Tool

Facts = Mapping[str, Any]
Attempts = Callable[[Tool, str, str], int]
Approval = Callable[[Tool, str, str | None, Facts], bool]

LEDGERS: list[Attempts] = []
APPROVALS: list[Approval] = []


def register_attempts(ask: Attempts) -> None:
    """Let `ask(tool, hub_id, entity)` tell how often a tool was called for an entity."""
    LEDGERS.append(ask)


def register_approvals(ask: Approval) -> None:
    """Let `ask(tool, hub_id, entity, facts)` tell whether a person agreed to exactly this call."""
    APPROVALS.append(ask)


def attempts_known(tool: Tool, hub_id: str, entity: str | None) -> int:
    """Return how many calls of this tool were made for this entity, as the ledger counts them."""
    if entity is None:
        return 0
    return max((ask(tool, hub_id, entity) for ask in LEDGERS), default=0)


def approved(tool: Tool, hub_id: str, entity: str | None, facts: Facts) -> bool:
    """Whether somebody else than the requester has agreed to this call, and it was not made yet."""
    return any(ask(tool, hub_id, entity, facts) for ask in APPROVALS)
