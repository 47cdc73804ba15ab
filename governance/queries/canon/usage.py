"""How much of each tool is used: calls and dollars of this day and month, and how it went day by day."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

from django.db.models import Q

from governance.models import ToolUsage
from governance.toolbox.entries import Limit, Tool, Unit

DAYS = 14
NOTHING = (0, Decimal(0))
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
        return self.of - min(self.used, self.of)

    @property
    def fill(self) -> str:
        """Name how the bar is filled: used up, scarce, or neither."""
        if self.used >= self.of:
            return "bad"
        is_scarce = 100 * self.used >= SCARCE * self.of
        return "warn" if is_scarce else "run"


class Use(NamedTuple):
    """What is known of a tool: its limits of days and months, its rates, its budget, its calls of the last days, oldest first."""

    quotas: list[Quota]
    rates: list[str]
    budget: Quota | None
    days: list[int]

    @property
    def today(self) -> int:
        return self.days[-1]

    @property
    def used_up(self) -> list[Quota]:
        """Name the limits of day, month and budget that leave nothing."""
        budget = [self.budget] if self.budget else []
        return [quota for quota in [*self.quotas, *budget] if not quota.left]


class Spent(NamedTuple):
    """Dollars of this month, of those that the budgets of all tools allow."""

    used: Decimal
    of: Decimal


def spent(used: Iterable[Use]) -> Spent:
    """Add up the budgets of these tools."""
    budgets = [use.budget for use in used if use.budget]
    return Spent(
        sum((Decimal(one.used) for one in budgets), Decimal(0)),
        sum((Decimal(one.of) for one in budgets), Decimal(0)),
    )


def midnight(at: datetime, *, days_before: int = 0) -> datetime:
    """Return when the day in UTC began, or one before it: the first that is drawn is `DAYS - 1` days before."""
    day = at.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return day - timedelta(days=days_before)


def of(tools: Iterable[Tool], *, at: datetime) -> dict[str, Use]:
    """Return the use of these tools by slug. One query, whatever the ledger holds."""
    today = at.astimezone(UTC).date()
    kept = _kept(today)
    return {tool.slug: _use(tool, kept, today) for tool in tools}


Kept = Mapping[tuple[str, str, date], tuple[int, Decimal]]


def _kept(today: date) -> Kept:
    first = today - timedelta(days=DAYS - 1)
    days = Q(period=DAY, starts__range=(first, today))
    month = Q(period=MONTH, starts=_first_of_month(today))
    return {
        (
            row.tool,
            row.period,
            row.starts,
        ): (
            row.calls,
            row.cost,
        )
        for row in ToolUsage.objects.filter(days | month)
    }


def _first_of_month(day: date) -> date:
    return day.replace(day=1)


def _use(
    tool: Tool,
    kept: Kept,
    today: date,
) -> Use:
    used = {
        DAY: kept.get((tool.slug, DAY, today), NOTHING),
        MONTH: kept.get((tool.slug, MONTH, _first_of_month(today)), NOTHING),
    }
    calls = {period: found[0] for period, found in used.items()}
    dollars = used[MONTH][1]
    return Use(
        quotas=[
            Quota(
                calls[PERIODS[limit.unit]],
                limit.calls,
                limit.unit.value,
            )
            for limit in tool.limits
            if _is_of_calendar(limit)
        ],
        rates=[limit.words for limit in tool.limits if not _is_of_calendar(limit)],
        budget=(Quota(dollars, tool.monthly_cap, "month") if tool.monthly_cap else None),
        days=[kept.get((tool.slug, DAY, day), NOTHING)[0] for day in _days_until(today)],
    )


def _days_until(today: date) -> list[date]:
    """List the days that are shown, oldest first."""
    ago = reversed(range(DAYS))
    return [today - timedelta(days=days) for days in ago]


def _is_of_calendar(limit: Limit) -> bool:
    """Whether it counts all calls of one day or month."""
    return limit.unit in PERIODS and limit.every == 1 and not limit.each
