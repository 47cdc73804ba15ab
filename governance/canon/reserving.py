"""The one place that every guarded call goes through, from before it is made until it has ended."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import AbstractContextManager, asynccontextmanager, contextmanager
from typing import Any, NamedTuple, Protocol

from governance.canon.results import ValidationResult
from governance.toolbox.entries import InteractionType


class Guard(Protocol):
    """Who is asked."""

    def validate(
        self,
        tool_id: str,
        hub_id: str,
        interaction_type: InteractionType,
        gate_state: Mapping[str, Any],
        entity: Any = None,
        correlation_id: Any = None,
    ) -> ValidationResult: ...


class GuardedCall(NamedTuple):
    """A call that is about to be made."""

    guard: Guard
    tool_id: str
    hub_id: str
    interaction: InteractionType
    facts: Mapping[str, Any]
    entity: Any


@contextmanager
def reserving(call: GuardedCall) -> Iterator[str]:
    """Hold the right to make a call for the length of a block; gives its correlation id.

    Raises ToolCanonViolationError where it may not be made. What a call takes (attempts, rate,
    budget, an approval) is taken before the block and settled or given back after it: here.
    """
    result = call.guard.validate(
        call.tool_id,
        call.hub_id,
        call.interaction,
        call.facts,
        entity=call.entity,
    )
    result.raise_refusal()
    yield result.correlation_id


@asynccontextmanager
async def reserving_aside(call: GuardedCall) -> AsyncIterator[str]:
    """Hold the same where an event loop runs: what has to wait, waits in a thread.

    A caller that is cancelled meanwhile gives back what was taken.
    """
    held = reserving(call)
    entering = asyncio.ensure_future(asyncio.to_thread(held.__enter__))
    try:
        correlation_id = await asyncio.shield(entering)
    except asyncio.CancelledError as cancelled:
        await asyncio.wait([entering])
        if entering.exception() is None:
            await _leave(held, cancelled)
        raise
    try:
        yield correlation_id
    except BaseException as fault:
        await _leave(held, fault)
        raise
    await _leave(held, None)


async def _leave(held: AbstractContextManager[str], fault: BaseException | None) -> None:
    """End the block in a thread, to its end also where the caller is cancelled."""
    kind = type(fault) if fault else None
    trace = fault.__traceback__ if fault else None
    leaving = asyncio.to_thread(held.__exit__, kind, fault, trace)
    await asyncio.shield(asyncio.ensure_future(leaving))
