"""The one place that every guarded call goes through, from before it is made until it has ended."""

import asyncio
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from contextvars import copy_context
from types import TracebackType
from typing import Any, NamedTuple, Protocol, TypeVar

from governance.canon import reservations
from governance.canon.results import ValidationResult
from governance.services.canon.places import HELD
from governance.toolbox.entries import InteractionType

R = TypeVar("R")


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
    """A call that is about to be made; `by` is the account that makes it, `person` whom it counts as."""

    guard: Guard
    tool_id: str
    hub_id: str
    interaction: InteractionType
    facts: Mapping[str, Any]
    entity: Any
    correlation_id: str | None = None
    by: Any = None
    person: Any = None
    channel: str = "code"


class NeverMade(BaseException):
    """The block of a reservation was never entered."""


@contextmanager
def reserving(call: GuardedCall) -> Iterator[str]:
    """Hold the right to make a call for the length of a block; gives its correlation id.

    Raises ToolCanonViolationError where it may not be made. What a call takes (attempts, rate,
    budget, an approval) is taken before the block and settled after it, however it ends; what was
    taken for a block that is never entered is given back.
    """
    reservation = reservations.reserve(call, held=HELD)
    reservations.keep(reservation)
    try:
        yield reservation.correlation_id
    except NeverMade:
        reservations.give_back(reservation)
        raise
    except BaseException as fault:
        reservations.settle(reservation, fault)
        raise
    reservations.settle(reservation)


class Entry:
    """The beginning of a block on a thread, which may be given up while it is under way."""

    def __init__(self, held: AbstractContextManager[str]) -> None:
        self.held = held
        self.lock = threading.Lock()
        self.is_entered = False
        self.is_given_up = False

    def enter(self) -> str:
        """Enter; what was taken for a block that nobody waits for any more goes back."""
        correlation_id = self.held.__enter__()
        with self.lock:
            self.is_entered = True
            is_alone = self.is_given_up
        if is_alone:
            self.leave_unmade()
        return correlation_id

    def give_up(self) -> bool:
        """Want it no longer, at whatever point it is; whether it is entered, and whoever gives up has to leave it."""
        with self.lock:
            self.is_given_up = True
            return self.is_entered

    def leave_unmade(self) -> None:
        _exit(self.held, NeverMade())


class Aside:
    """A block that is held where an event loop runs: what has to wait, waits in a thread.

    No generator: one that is closed while it waits would never hear of it.
    """

    def __init__(self, held: AbstractContextManager[str]) -> None:
        self.held = held

    async def __aenter__(self) -> str:
        """Take what the call needs; a caller that is cancelled or closed meanwhile gives it back."""
        return await _entered(Entry(self.held))

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Settle; whoever is closed may not wait for anything any more."""
        if isinstance(fault, GeneratorExit):
            _exit(self.held, fault)
        else:
            await _left(self.held, fault)


def reserving_aside(call: GuardedCall) -> Aside:
    """Hold the right to make a call for the length of a block of a coroutine, as `reserving` does."""
    return Aside(reserving(call))


async def _entered(entry: Entry) -> str:
    entering = _on_a_thread(entry.enter)
    # whoever is gone by then hears of no refusal
    entering.add_done_callback(_heard)
    try:
        return await asyncio.shield(entering)
    except GeneratorExit:
        if entry.give_up():
            entry.leave_unmade()
        raise
    except asyncio.CancelledError:
        # cancelled once more while it waits, the thread still ends what it has begun
        if entry.give_up():
            await asyncio.shield(_on_a_thread(entry.leave_unmade))
        else:
            await asyncio.wait([entering])
        raise


async def _left(held: AbstractContextManager[str], fault: BaseException | None) -> None:
    """End the block in a thread, to its end also where the caller is cancelled."""
    await asyncio.shield(_on_a_thread(_exit, held, fault))


def _on_a_thread(work: Callable[..., R], *given: Any) -> "asyncio.Future[R]":
    """Begin it at once: a task of the loop could be cancelled before it does."""
    return asyncio.get_running_loop().run_in_executor(None, copy_context().run, work, *given)


def _heard(entering: "asyncio.Future[str]") -> None:
    if not entering.cancelled():
        entering.exception()


def _exit(held: AbstractContextManager[str], fault: BaseException | None) -> None:
    kind = type(fault) if fault else None
    held.__exit__(kind, fault, fault.__traceback__ if fault else None)
