"""How much of each tool is used: calls and dollars of this day and month, and how it went day by day."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

from django.db.models import Q

from governance.models import ToolUsage
from governance.toolbox.entries import Limit, Tool, Unit

DAYS = 14
DAY, MONTH = ToolUsage.Period.DAY, ToolUsage.Period.MONTH
PERIODS = {Unit.DAY: DAY, Unit.MONTH: MONTH}
# in percent of what may be used
SCARCE = 90


class Quota(NamedTuple):
    """How much of a limit, or of the dollars of a month, is used."""

    used: int | Decimal
    of: int | Decimal
    period: str

    @property
    def left(self) -> int | Decimal:
        return max(self.of - self.used, type(self.of)(0))

    @property
    def fill(self) -> str:
        """Name how the bar is filled: used up, scarce, or neither."""
        if self.used >= self.of:
            return "bad"
        return "warn" if 100 * self.used >= SCARCE * self.of else "run"


class Use(NamedTuple):
    """What is known of a tool: its limits of days and months, its rates, its budget, its calls of the last days, oldest first."""

    quotas: list[Quota]
    rates: list[str]
    budget: Quota | None
    days: list[int]

    @property
    def today(self) -> int:
        return self.days[-1]


def of(tools: Iterable[Tool], *, at: datetime) -> dict[str, Use]:
    """Return the use of these tools by slug. One query, whatever the ledger holds."""
    today = at.astimezone(UTC).date()
    kept = _kept(today)
    return {tool.slug: _use(tool, kept, today) for tool in tools}


Kept = Mapping[tuple[str, str, date], tuple[int, Decimal]]


def _kept(today: date) -> Kept:
    first = today - timedelta(days=DAYS - 1)
    days = Q(period=DAY, starts__range=(first, today))
    month = Q(period=MONTH, starts=today.replace(day=1))
    rows = ToolUsage.objects.filter(days | month)
    found = rows.values_list("tool", "period", "starts", "calls", "cost")
    return {(tool, period, starts): (calls, cost) for tool, period, starts, calls, cost in found}


def _use(tool: Tool, kept: Kept, today: date) -> Use:
    starts = {DAY: today, MONTH: today.replace(day=1)}
    nothing = (0, Decimal(0))
    used = {one: kept.get((tool.slug, one, start), nothing) for one, start in starts.items()}
    dates = [today - timedelta(days=ago) for ago in reversed(range(DAYS))]
    return Use(
        [
            Quota(used[PERIODS[limit.unit]][0], limit.calls, limit.unit.value)
            for limit in tool.limits
            if _is_of_calendar(limit)
        ],
        [limit.words for limit in tool.limits if not _is_of_calendar(limit)],
        Quota(used[MONTH][1], tool.monthly_cap, "month") if tool.monthly_cap else None,
        [kept.get((tool.slug, DAY, one), nothing)[0] for one in dates],
    )


def _is_of_calendar(limit: Limit) -> bool:
    """Whether it counts all calls of one day or month."""
    return limit.unit in PERIODS and limit.every == 1 and not limit.each
