"""How readiness went over some days."""

from datetime import date
from typing import Any, NamedTuple

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.safestring import SafeString

from governance.filters.readiness import days
from governance.queries.readiness import trends
from governance.tables.moves import companies_url, moves_url
from outreach_admin.exceptions import BadRequest
from outreach_admin.ui import figures, lines
from outreach_admin.ui.pages.base import Page
from outreach_admin.ui.texts import word

USUAL = 30
SPANS = (7, 30, 90)


class Panel(NamedTuple):
    """One measure over the days: its last figure, how it changed, the lowest and the highest."""

    measure: trends.Measure
    picture: SafeString
    last: int | None
    change: int | None
    low: int | None
    high: int | None
    url: str


class Span(NamedTuple):
    """A length of time that is offered by name."""

    label: str
    url: str
    current: bool


class Row(NamedTuple):
    """A day of the table, and where the companies are that moved on it."""

    day: trends.Day
    values: list[int | None]
    moves: str


class Trends(Page):
    """Tiers, promotable companies and what the others lack, day by day; `from` and `to` name the days."""

    permission_required = "governance.view_readiness"
    template_name = "governance/readiness/trends.html"
    title = "Readiness trends"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the days, or refuse those that cannot be shown with the way back to the usual ones."""
        try:
            self.refuse_unknown()
            _ = self.days
        except BadRequest as refusal:
            refusal.way_out = request.path
            raise
        return super().get(request, *args, **kwargs)

    def refuse_unknown(self) -> None:
        """Refuse what this page does not read."""
        for key, values in self.request.GET.lists():
            if key not in days.KEYS or len(values) > 1:
                raise BadRequest(
                    f"“{word(key[:40])}” is not understood here, or stands twice.",
                    what_to_do="Name the days once: from, to.",
                )

    @property
    def today(self) -> date:
        return self.as_of.date()

    @cached_property
    def days(self) -> days.Days:
        """Read which days are asked for."""
        return days.of_address(self.request.GET, today=self.today, usual=USUAL)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        trend = trends.over(self.days.first, self.days.last)
        context = {
            "days": self.days,
            "today": self.today,
            "trend": trend,
            "standings": [panel(trend, one) for one in (*trends.TIERS, trends.PROMOTABLE)],
            "reasons": [panel(trend, one) for one in trends.REASONS],
            "measures": trends.MEASURES,
            "rows": rows(trend),
            "spans": self.spans(),
            "moves": moves_between(trend),
        }
        return super().get_context_data(**context | kwargs)

    def spans(self) -> list[Span]:
        """Offer the usual lengths of time, up to today."""
        own = reverse("governance:readiness-trends")
        offered = [days.latest(length, today=self.today) for length in SPANS]
        return [
            Span(
                f"{one.length} days",
                f"{own}?{one.query}",
                one == self.days,
            )
            for one in offered
        ]


def panel(trend: trends.Trend, measure: trends.Measure) -> Panel:
    """Draw one measure and say what the line says."""
    values = trend.values(measure)
    known = [value for value in values if value is not None]
    last = known[-1] if known else None
    low, high = min(known, default=None), max(known, default=None)
    breaks = [place for place, day in enumerate(trend.days) if day.is_break]
    label = f"{measure.label}: {figures.number(last)} at last, from {figures.number(low)} to {figures.number(high)} over these days"
    return Panel(
        measure,
        lines.line(values, label=label, breaks=breaks),
        last,
        trend.change(measure),
        low,
        high,
        companies_url(measure.filter),
    )


def rows(trend: trends.Trend) -> list[Row]:
    """Put the days in a table, the latest first; one that follows a comparable day leads to what moved."""
    found = []
    before = None
    for day in trend.days:
        values = [day.value(one) for one in trends.MEASURES]
        comparable = before and day.figures is not None and not day.is_break
        url = moves_url(before.day, day.day) if before and comparable else ""
        found.append(Row(day, values, url))
        before = day if day.figures is not None else before
    return found[::-1]


def moves_between(trend: trends.Trend) -> str:
    """Give the address of the companies that moved over all these days; empty where they cannot be compared."""
    kept = trend.kept
    if len(kept) < 2 or trend.breaks:
        return ""
    return moves_url(kept[0].day, kept[-1].day)
