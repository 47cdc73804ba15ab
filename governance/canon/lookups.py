"""What the guard looks up and never takes from the caller's word: attempts made, and what people agreed to.

Whoever keeps them registers how they are asked; while nobody has, nothing is known: no attempt, no
approval. One that cannot answer raises `Unknown` of queries/canon/current.py: the call is stopped.
"""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from governance.canon.results import ToolViolation
from governance.toolbox.entries import Tool

Asked = TypeVar("Asked")
Facts = Mapping[str, Any]
Attempts = Callable[[Tool, str, str], int]
Approval = Callable[[Tool, str, str | None, Facts], bool]
Spending = Callable[..., int | None]
Recorder = Callable[..., object]

LEDGERS: list[Attempts] = []
APPROVALS: list[Approval] = []
SPENDING: list[Spending] = []
RECORDERS: list[Recorder] = []


def register_attempts(ask: Attempts) -> None:
    """Let `ask(tool, hub_id, entity)` tell how often a tool was called for an entity."""
    _add(LEDGERS, ask)


def register_approvals(ask: Approval) -> None:
    """Let `ask(tool, hub_id, entity, facts)` tell whether a person agreed to exactly this call."""
    _add(APPROVALS, ask)


def register_spending(spend: Spending) -> None:
    """Let `spend(tool=, hub_id=, entity=, facts=, requester=, correlation_id=)` mark the approval of exactly this call as used.

    In the transaction that is open; it returns the approval's id, or None where there is none any more.
    """
    _add(SPENDING, spend)


def register_recorder(record: Recorder) -> None:
    """Let `record(violation, actor=, channel=)` keep what a reservation was refused for."""
    _add(RECORDERS, record)


def _add(kept: list[Asked], one: Asked) -> None:
    """Add it once: apps may be made ready again."""
    if one not in kept:
        kept.append(one)


def attempts_known(tool: Tool, hub_id: str, entity: str | None) -> int:
    """Return how many calls of this tool were made for this entity, as the ledger counts them."""
    if entity is None:
        return 0
    return max((ask(tool, hub_id, entity) for ask in LEDGERS), default=0)


def approved(tool: Tool, hub_id: str, entity: str | None, facts: Facts) -> bool:
    """Whether somebody else than the requester has agreed to this call, and it was not made yet."""
    return any(ask(tool, hub_id, entity, facts) for ask in APPROVALS)


def spent(**call: Any) -> bool:
    """Use up the approval of a call; False where it was used, has ended, or never was."""
    return any(spend(**call) is not None for spend in SPENDING)


def record(
    violation: ToolViolation,
    *,
    actor: str,
    channel: str,
) -> None:
    """Keep a violation, where anybody does."""
    for one in RECORDERS:
        one(violation, actor=actor, channel=channel)
