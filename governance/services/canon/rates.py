"""Rates of tools, as buckets in Redis that all processes take from: what has been taken comes back a span later.

So no span of time, wherever it begins, sees more calls than the limit says. Redis turns away early and by its
own clock; whether a call is made, the ledger decides, which counts the same spans. Redis away, or empty again,
therefore lets nothing through that the limit forbids.
"""

import time
from collections.abc import Sequence
from typing import NamedTuple

import redis
import structlog

from governance.toolbox.entries import Limit, Tool, Unit
from outreach_admin.watch import clients

log = structlog.get_logger(__name__)

KEY = "outreach:rate"
MICROS = 1_000_000
SPANS = {
    Unit.SECOND: 1,
    Unit.MINUTE: 60,
    Unit.HOUR: 3600,
}
# seconds that a call waits for Redis, and that it is left alone after it failed
PATIENCE = 0.25
LEFT_ALONE = 1.0
TAKE = """
local now = redis.call('TIME')
local at = now[1] * 1000000 + now[2]
local room, wait = tonumber(ARGV[2]), 0
for i, key in ipairs(KEYS) do
  local most, span = tonumber(ARGV[2 * i + 1]), tonumber(ARGV[2 * i + 2])
  redis.call('ZREMRANGEBYSCORE', key, '-inf', at - span)
  local left = most - redis.call('ZCARD', key)
  if left < room then room = left end
  if left < 1 then
    local first = redis.call('ZRANGE', key, -most, -most, 'WITHSCORES')
    local mine = math.ceil(tonumber(first[2]) + span - at)
    if mine > wait then wait = mine end
  end
end
if room < 1 then return {0, wait} end
for i, key in ipairs(KEYS) do
  for n = 0, room - 1 do redis.call('ZADD', key, at, ARGV[1] .. ':' .. n) end
  redis.call('PEXPIRE', key, math.ceil(tonumber(ARGV[2 * i + 2]) / 1000))
end
return {room, 0}
"""


class Share(NamedTuple):
    """How many calls may go on to the ledger; where none, how many microseconds to wait."""

    calls: int
    wait: int = 0


class Pause:
    """Until when Redis is left alone."""

    until = 0.0


def take(tool: Tool, domain: str, *, calls: int, mark: str) -> Share:
    """Take up to `calls` from every bucket of a tool, named `mark:0` and so on; all pass while Redis is away."""
    limits = _limits(tool)
    if not limits or time.monotonic() < Pause.until:
        return Share(calls)
    numbers = [number for one in limits for number in (one.calls, _span(one))]
    try:
        taken, wait = _script()(
            keys=_keys(tool, domain),
            args=[mark, calls, *numbers],
        )
    except redis.RedisError as fault:
        _leave_alone(fault)
        return Share(calls)
    return Share(int(taken), int(wait))


def put_back(tool: Tool, domain: str, marks: Sequence[str]) -> None:
    """Put back what was taken under these marks and not used; what is not there is not put back."""
    if not marks or not _limits(tool) or time.monotonic() < Pause.until:
        return
    try:
        with clients.kept(patience=PATIENCE).pipeline(transaction=False) as commands:
            for key in _keys(tool, domain):
                commands.zrem(key, *marks)
            commands.execute()
    except redis.RedisError as fault:
        _leave_alone(fault)


def _limits(tool: Tool) -> list[Limit]:
    return [one for one in tool.limits if one.unit in SPANS]


def _span(limit: Limit) -> int:
    return SPANS[limit.unit] * limit.every * MICROS


def _keys(tool: Tool, domain: str) -> list[str]:
    return [f"{KEY}:{tool.slug}:{one.words}:{domain if one.each else ''}" for one in _limits(tool)]


def _leave_alone(fault: redis.RedisError) -> None:
    Pause.until = time.monotonic() + LEFT_ALONE
    log.warning("rates counted in the ledger alone", fault=type(fault).__name__)


def _script() -> "redis.commands.core.Script":
    return clients.kept(patience=PATIENCE).register_script(TAKE)
