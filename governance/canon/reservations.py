"""Reservations: a call that the guard lets through takes its attempt, rate, budget and approval, or is refused.

In the order key, entity, kill switch, rate, places, day, month, budget, attempts, approval: what is used up only
once, the agreement of a person, is used last, by a call that is let out.
"""

import os
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, NoReturn

import structlog
from django.db import InterfaceError, OperationalError

from governance.canon import alone, lookups, records, threads  # noqa: F401 - alone comes first
from governance.canon.results import (
    ToolBusy,
    ToolCanonViolationError,
    ToolClosed,
    ToolStopped,
    ToolUnnamed,
    ToolViolation,
)
from governance.canon.steps import NOBODY_AGREED
from governance.queries.canon import current
from governance.services.canon import calls, places
from governance.services.canon.calls import Answer, Asked, Taken, Wanted
from governance.toolbox import codes, digests
from governance.toolbox.entries import Tool, ToolTier, Unit

log = structlog.get_logger(__name__)

UNNAMED = "{} may be called so often about one entity, and this call names none."
NO_KEY = "{} needs an API key, and {} is not set where this runs."
TRIED = "{} was called for this entity as often as it may be: {}."
NOT_AGREED = "The agreement to this call of {} was used by another call, or has ended."
MILLISECONDS = 1_000


@dataclass(frozen=True, slots=True)
class Reservation:
    """A call that may be made now, once."""

    taken: Taken
    began: float

    @property
    def id(self) -> int:
        return self.taken.id

    @property
    def correlation_id(self) -> str:
        return self.taken.correlation_id


def reserve(call: Any, *, held: timedelta = calls.HELD) -> Reservation:
    """Reserve a GuardedCall. Raises ToolCanonViolationError, of which ToolStopped, ToolBusy and ToolClosed break no rule.

    What it holds of a tool that takes so many at once comes back after `held`, unless it is kept.
    """
    correlation_id = _validated(call)
    now, tool = _in_force(call.tool_id)
    asked = Asked(correlation_id, _about(call.entity), dict(call.facts))
    _refuse_unready(call, tool, [asked])
    answer = _reserved(_wanted(call, now, tool, [asked], held))
    if not answer.taken:
        _refuse(call, tool, asked, answer)
    taken = answer.taken[0]
    if now.needs_approval(tool, call.hub_id):
        _spend(call, tool, taken)
    return Reservation(taken, time.monotonic())


def reserve_many(
    call: Any, asked: Sequence[Asked], *, held: timedelta = calls.HELD
) -> list[Reservation]:
    """Reserve as many calls of one tool as fit, in their order; `call` says which, each of `asked` its entity and facts.

    Each is judged by the guard: those it refuses are recorded and left out, as are those that do not fit. Raises
    what `reserve` raises where none fits; a tool that needs the agreement of a person is taken one by one.
    """
    passed = [one for one in (_judged(call, one) for one in asked) if one]
    if not passed:
        return []
    now, tool = _in_force(call.tool_id)
    if now.needs_approval(tool, call.hub_id):
        raise ValueError(f"{tool} is agreed to call by call: reserve each")
    _refuse_unready(call, tool, passed)
    answer = _reserved(_wanted(call, now, tool, passed, held))
    if not answer.taken:
        _refuse(call, tool, passed[0], answer)
    began = time.monotonic()
    return [Reservation(taken, began) for taken in answer.taken]


def settle(reservation: Reservation, fault: BaseException | None = None) -> None:
    """Note that a call has ended, with what it raised."""
    places.KEEPER.drop(reservation.id)
    calls.settle(
        reservation.taken,
        succeeded=fault is None,
        duration=round((time.monotonic() - reservation.began) * MILLISECONDS),
        fault=type(fault).__name__ if fault else "",
    )


def call_off(reservation: Reservation) -> None:
    """Say that a call which was reserved by hand is not made, within a minute; later it counts as made.

    Its place comes back, and its attempt where none about the entity was called off before; the agreement of a
    person stays used, and rate, day, month and budget go on counting it.
    """
    places.KEEPER.drop(reservation.id)
    calls.call_off(reservation.taken)


def give_back(reservation: Reservation) -> None:
    """Give back what a call took whose block was never entered; the agreement of a person stays used."""
    places.KEEPER.drop(reservation.id)
    calls.give_back(reservation.taken)


def keep(reservation: Reservation) -> None:
    """Keep the place of a call of this process until it is settled, where its tool has places."""
    if any(one.unit is Unit.AT_ONCE for one in reservation.taken.tool.limits):
        places.KEEPER.hold(reservation.id)


def _validated(call: Any, asked: Asked | None = None) -> str:
    """Ask the guard; returns the correlation id."""
    result = call.guard.validate(
        call.tool_id,
        call.hub_id,
        call.interaction,
        asked.facts if asked else call.facts,
        entity=asked.entity if asked else call.entity,
        correlation_id=asked.correlation_id if asked else call.correlation_id,
    )
    if result.violation is not None:
        _record(call, result.violation)
    result.raise_refusal()
    found: str = result.correlation_id
    return found


def _judged(call: Any, asked: Asked) -> Asked | None:
    """Return a call of many where the guard lets it through; its violation is recorded. Raises ToolStopped."""
    try:
        return asked._replace(
            correlation_id=_validated(call, asked),
            entity=_about(asked.entity),
        )
    except ToolStopped:
        raise
    except ToolCanonViolationError:
        return None


def _about(entity: Any) -> str:
    """Name whom a call is about in the one form by which its attempts are counted."""
    return digests.entity_of(str(entity)) if entity else ""


def _in_force(tool_id: str) -> tuple[current.InForce, Tool]:
    """Return what is in force; a tool that has gone since the guard was asked is stopped."""
    try:
        now = current.ask()
    except current.Unknown as unknown:
        raise ToolStopped(str(unknown)) from unknown
    tool = now.canon.tools.get(tool_id)
    if tool is None:
        raise ToolStopped("The canon has just changed. Ask again.")
    return now, tool


def _refuse_unready(call: Any, tool: Tool, asked: Sequence[Asked]) -> None:
    """Refuse a call of tier 2 without an entity, and a tool without its key."""
    if tool.tier is ToolTier.TIER_2 and not all(one.entity for one in asked):
        raise ToolUnnamed(None, UNNAMED.format(tool))
    if tool.api_key_env and not os.environ.get(tool.api_key_env):
        said = NO_KEY.format(tool, tool.api_key_env)
        _violate(call, codes.KEY_MISSING, said, asked[0])


def _wanted(
    call: Any,
    now: current.InForce,
    tool: Tool,
    asked: Sequence[Asked],
    held: timedelta,
) -> Wanted:
    return Wanted(
        now.canon,
        tool,
        call.hub_id,
        asked,
        by=getattr(call.by, "pk", None),
        person=getattr(call.person or call.by, "pk", None),
        channel=call.channel,
        held=held,
    )


def _reserved(wanted: Wanted) -> Answer:
    try:
        return calls.reserve(wanted)
    except current.Unknown as unknown:
        raise ToolStopped(str(unknown)) from unknown


def _refuse(call: Any, tool: Tool, asked: Asked, answer: Answer) -> NoReturn:
    """Say why none of what was wanted was taken."""
    if answer.said == "stopped":
        raise ToolStopped(f"{tool} is stopped: {answer.words}")
    if answer.said == "wait":
        raise ToolBusy(str(tool), answer.words, answer.wait)
    if answer.said == "closed":
        assert answer.free_at is not None
        words = answer.words or f"budget of {tool.monthly_cap} USD a month"
        until = answer.free_at.astimezone(UTC)
        raise ToolClosed(str(tool), words, until, answer.wait)
    gates = ", ".join(gate.words for gate in tool.gates if "attempts" in gate.fact)
    _violate(call, codes.ATTEMPTS_SPENT, TRIED.format(tool, gates), asked)


def _spend(call: Any, tool: Tool, taken: Taken) -> None:
    """Use up the agreement of a person; without it, all is given back. Raises ToolStopped where nobody can tell."""
    try:
        is_spent = _is_spent(call, tool, taken)
    except BaseException:
        calls.give_back(taken)
        raise
    if not is_spent:
        calls.give_back(taken)
        asked = Asked(taken.correlation_id, _about(call.entity), {})
        failed = [NOBODY_AGREED.as_json()]
        _violate(call, codes.NOT_APPROVED, NOT_AGREED.format(tool), asked, failed)


def _is_spent(call: Any, tool: Tool, taken: Taken) -> bool:
    try:
        return threads.apart(
            lambda: lookups.spent(
                tool=tool,
                hub_id=call.hub_id,
                entity=str(call.entity) if call.entity else None,
                facts=dict(call.facts),
                requester=call.person or call.by,
                correlation_id=taken.correlation_id,
            )
        )
    except current.Unknown as unknown:
        raise ToolStopped(str(unknown)) from unknown
    except (OperationalError, InterfaceError) as fault:
        log.warning("agreement not asked", fault=type(fault).__name__)
        raise ToolStopped(current.AWAY) from fault


def _violate(
    call: Any,
    code: str,
    said: str,
    asked: Asked,
    failed: Sequence[dict[str, str]] = (),
) -> NoReturn:
    violation = ToolViolation(
        violation_code=code,
        tool_id=call.tool_id,
        hub_id=call.hub_id,
        severity=codes.CODES[code].severity,
        disposition=codes.CODES[code].disposition,
        message=said,
        timestamp=datetime.now(UTC),
        context={
            "failed": list(failed),
            "interaction_type": call.interaction.value,
            "entity": asked.entity or None,
            "correlation_id": asked.correlation_id,
        },
    )
    _record(call, violation)
    raise ToolCanonViolationError(violation)


def _record(call: Any, violation: ToolViolation) -> None:
    records.record(
        violation,
        actor=call.by.get_username() if call.by else "",
        channel=call.channel,
    )
