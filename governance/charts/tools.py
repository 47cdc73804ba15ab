"""Calls of a tool against what was refused of it, day by day."""

from datetime import datetime, timedelta

from governance.charts.errors import midnight
from governance.models import ToolCall
from governance.queries.canon import days
from governance.queries.canon.days import Day
from governance.templatetags.canon import calls_url, violations_url
from outreach_admin.ui.charts.marks import BANDS, Chart, Mark, Row, Series

NAMED = "calls-of-"
DAY = timedelta(days=1)
FIGURES = (
    Series("Calls", "run"),
    Series("Called off", "warn"),
    Series("Refused", "bad"),
)


def by_day(slug: str, at: datetime) -> Chart:
    """Draw what was called, called off and refused of a tool; each mark leads to its rows."""
    found = days.of(slug, at=at)
    return Chart(
        name=f"{NAMED}{slug}",
        title=f"Calls and refusals over {len(found)} days",
        subject="Day",
        nouns="calls",
        series=FIGURES,
        rows=tuple(_row(slug, one) for one in found),
        kind=BANDS,
        adds_up=False,
        note="Days are those of UTC. Calls are those that limits count, those called off among them; "
        "whoever had to wait, or found a tool stopped or closed, was not refused.",
    )


def _row(slug: str, one: Day) -> Row:
    start = midnight(one.day)
    end = start + DAY
    off = [ToolCall.Status.CALLED_OFF.value]
    marks = (
        Mark(one.calls, calls_url(start, slug, before=end)),
        Mark(one.called_off, calls_url(start, slug, before=end, status=off)),
        Mark(one.refused, violations_url(start, slug, before=end)),
    )
    return Row(f"{one.day}", marks)
