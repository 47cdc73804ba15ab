"""Writes of the ledger: calls are reserved, then settled, given back or called off. Each commits by itself."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import uuid4

from django.db import connection

from governance import words
from governance.exceptions import CallRefused
from governance.models import ToolCall
from governance.models.canon.calls import (
    CALLED_OFF_WITHIN,
    LONGEST,
    MOST_DOLLARS,
    NOTHING,
)
from governance.queries.canon import apart, current
from governance.services.canon import facts, rates, untold
from governance.toolbox.entries import Canon, Comparison, FactKind, Limit, Tool, Unit
from governance.toolbox.facts import clean

# how long the place of a call is held that says nothing of itself
HELD = timedelta(minutes=10)
# what is held of the budget for a call that is paid by the minute, until it is settled
MINUTES_HELD = 10
A_MINUTE = 60_000
LONGEST_WORD = 255
ORDER = (Unit.SECOND, Unit.MINUTE, Unit.HOUR, Unit.AT_ONCE, Unit.DAY, Unit.MONTH)
RESERVE = """SELECT said, ids, places, at, free_at, words
    FROM governance.reserve_calls(%s::jsonb, %s::jsonb, %s, %s, %s, %s::jsonb)"""


class Asked(NamedTuple):
    """One call that is wanted."""

    correlation_id: str
    entity: str
    facts: Mapping[Any, Any]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Calls of one tool for one hub, and who asks; `by` and `person` are ids of accounts."""

    canon: Canon
    tool: Tool
    hub_id: str
    calls: Sequence[Asked]
    by: int | None = None
    person: int | None = None
    channel: str = "code"
    held: timedelta = HELD


class Taken(NamedTuple):
    """A call that may be made now."""

    id: int
    correlation_id: str
    tool: Tool
    domain: str
    mark: str


class Answer(NamedTuple):
    """What became of calls that were wanted: `said` is taken, stopped, attempts, wait or closed."""

    said: str
    taken: list[Taken]
    at: datetime | None = None
    free_at: datetime | None = None
    wait: timedelta = timedelta()
    words: str = ""


def reserve(wanted: Wanted) -> Answer:
    """Reserve as many of the calls as fit, in their order, by one statement for each domain that a limit tells apart.

    Rate, places, day, month and budget are asked, then attempts; a call that exceeds its own attempts is left
    out. Raises Unknown where the database is away: what it may have kept by then counts as made.
    """
    answer = Answer("wait", [])
    taken: list[Taken] = []
    for domain, calls in _by_domain(wanted).items():
        answer = _reserve(wanted, domain, calls)
        taken += answer.taken
    return answer._replace(said="taken", taken=taken) if taken else answer


def _reserve(wanted: Wanted, domain: str, calls: Sequence[Asked]) -> Answer:
    """Take from the buckets, then from the ledger; what it leaves goes back to the buckets."""
    mark = uuid4().hex
    share = rates.take(
        wanted.tool,
        domain,
        calls=len(calls),
        mark=mark,
    )
    if share.calls < 1:
        words = ", ".join(one.words for one in wanted.tool.limits if one.unit in rates.SPANS)
        return Answer("wait", [], wait=timedelta(microseconds=share.wait), words=words)
    held = calls[: share.calls]
    used: set[int] = set()
    try:
        row = apart.ask(RESERVE, _given(wanted, domain, held))
        used = set(row[2] or ())
    finally:
        unused = [f"{mark}:{place}" for place in range(len(held)) if place not in used]
        rates.put_back(wanted.tool, domain, unused)
    said, ids, places, at, free_at, words = row
    taken = [
        Taken(id, held[place].correlation_id, wanted.tool, domain, f"{mark}:{place}")
        for id, place in zip(ids or (), places or (), strict=True)
    ]
    wait = free_at - at if free_at else timedelta()
    return Answer(said, taken, at, free_at, wait, words or "")


def _given(wanted: Wanted, domain: str, calls: Sequence[Asked]) -> list[Any]:
    tool = wanted.tool
    common = {
        "tool": tool.slug,
        "tool_id": tool.id,
        "tier": tool.tier.value,
        "canon_version": wanted.canon.version,
        "hub": wanted.hub_id,
        "interaction": tool.interaction.value,
        "domain": domain,
        "cost": str(held_for(tool)),
        "by": wanted.by,
        "person": wanted.person,
        "channel": wanted.channel,
    }
    asked = ",".join(
        f'{{"correlation_id": {json.dumps(one.correlation_id)}, "entity": {json.dumps(one.entity)},'
        f' "facts": {facts.kept(one.facts)}}}'
        for one in calls
    )
    return [
        json.dumps(common),
        json.dumps(list(_limits(tool))),
        tool.monthly_cap,
        most_attempts(tool, wanted.canon),
        wanted.held,
        f"[{asked}]",
    ]


def _limits(tool: Tool) -> Iterator[dict[str, Any]]:
    for one in sorted(tool.limits, key=lambda limit: ORDER.index(limit.unit)):
        yield {
            "calls": one.calls,
            "every": one.every,
            "unit": one.unit.value,
            "each": bool(one.each),
            "words": one.words,
        }


def _by_domain(wanted: Wanted) -> dict[str, list[Asked]]:
    """Part the calls by what a limit is for each of; all are one where none is."""
    each = next((one for one in wanted.tool.limits if one.each), None)
    if each is None:
        return {"": list(wanted.calls)}
    parts: dict[str, list[Asked]] = {}
    for call in wanted.calls:
        parts.setdefault(domain_of(call, each), []).append(call)
    return parts


def domain_of(call: Asked, limit: Limit) -> str:
    """Name the domain that a call is to: by its fact, else by its entity; all that name none share one."""
    named = call.facts.get(limit.each)
    word = named if isinstance(named, str) and named else call.entity
    host = words.domain_or_same(word.rpartition("@")[2])
    tidy = clean(host.strip().strip(".").lower(), most=LONGEST_WORD)
    return tidy or "-"


def most_attempts(tool: Tool, canon: Canon) -> int | None:
    """Return how many calls about one entity the gates allow; None where they do not say."""
    bounds = [
        int(gate.bound.to_integral_value(rounding="ROUND_CEILING"))
        for gate in tool.gates
        if gate.bound is not None
        and gate.comparison is Comparison.BELOW
        and canon.facts[gate.fact] is FactKind.ATTEMPTS
    ]
    return min(bounds, default=None)


def held_for(tool: Tool) -> Decimal:
    """Return the dollars that a call holds of the budget until it is settled."""
    if tool.cost.per == "minute":
        return tool.cost.dollars * MINUTES_HELD
    return tool.cost.dollars if tool.cost.per == "call" else Decimal(0)


def cost_of(tool: Tool, duration: int) -> Decimal:
    """Return the dollars that a call of so many milliseconds cost: each minute that it began is paid."""
    if tool.cost.per != "minute":
        return held_for(tool)
    cost = tool.cost.dollars * max(1, -(-duration // A_MINUTE))
    return min(cost, MOST_DOLLARS)


def settle(
    taken: Taken,
    *,
    succeeded: bool,
    duration: int,
    fault: str = "",
) -> None:
    """Note how a call ended, after so many milliseconds. Where the ledger is away, it is told later; until then it counts as made."""
    length = min(duration, LONGEST)
    status = "succeeded" if succeeded else "failed"
    cost = cost_of(taken.tool, length)
    said = clean(fault, most=LONGEST_WORD)
    untold.tell(taken.id, [status, length, cost, succeeded, said])


def end(
    call: ToolCall,
    *,
    status: str,
    duration: int,
    cost: Decimal | None,
    answer_stored: bool,
    fault: str,
) -> None:
    """Settle a call by the word of its caller, in the transaction that is open; the same word again changes nothing.

    A cost that is told can raise that of the canon, never lower it. Raises CallRefused where the call ended
    otherwise, and where it is too late to call it off.
    """
    is_made = status != ToolCall.Status.CALLED_OFF
    length = duration if is_made else 0
    dollars = _cost_by_the_canon(call, length)
    if cost is not None and is_made:
        dollars = max(cost, dollars or NOTHING)
    said = clean(fault, most=LONGEST_WORD)
    told = [status, length if is_made else None, dollars, answer_stored and is_made, said]
    with connection.cursor() as cursor:
        cursor.execute(untold.SETTLE, [call.pk, *told])
        (answer,) = cursor.fetchone()
    if answer == "other":
        raise CallRefused(f"The call {call.pk} is settled already, and was told otherwise.")
    if answer == "late":
        raise CallRefused(
            f"The call {call.pk} was reserved more than"
            f" {CALLED_OFF_WITHIN.total_seconds():.0f} s ago, and counts as made.",
            what_to_do="Settle it as failed.",
        )


def _cost_by_the_canon(call: ToolCall, duration: int) -> Decimal | None:
    """Return what the canon in force says that it cost; None where it does not know the tool."""
    try:
        tool = current.ask().canon.tools.get(call.tool_id)
    except current.Unknown:
        return None
    is_same = tool is not None and tool.slug == call.tool
    return cost_of(tool, duration) if tool and is_same else None


def call_off(taken: Taken) -> None:
    """Note that a call was not made, by the word of its caller alone: attempt and place come back, as `called_off` says."""
    untold.tell(taken.id, ["called_off", None, cost_of(taken.tool, 0), False, ""])


def give_back(taken: Taken) -> None:
    """Give back all that a call took and did not use: this code knows that it was never made."""
    untold.tell(taken.id, ["given_back", None, None, False, ""])
    rates.put_back(taken.tool, taken.domain, [taken.mark])
