"""Reports of a repository over time."""

from collections.abc import Sequence

from governance.models import CheckReport
from governance.tables.canon.checks import findings_url
from outreach_admin.ui.charts.marks import BANDS, Chart, Mark, Row, Series

FIGURES = {
    "open": Series("Open", "bad"),
    "opened": Series("Opened", "warn"),
    "closed": Series("Closed", "good"),
}


def over_time(reports: Sequence[CheckReport]) -> Chart:
    """Draw what each report found, the oldest first; `reports` come the newest first."""
    last = f"{len(reports)} reports" if len(reports) > 1 else "report"
    return Chart(
        name="checks",
        title=f"The last {last}",
        subject="Report",
        nouns="findings",
        series=tuple(FIGURES.values()),
        rows=tuple(_row(one) for one in reversed(reports)),
        kind=BANDS,
        adds_up=False,
        note="Of one branch. Opened and closed are set against the report before.",
    )


def _row(report: CheckReport) -> Row:
    marks = [Mark(getattr(report, name), findings_url(report, name)) for name in FIGURES]
    return Row(f"{report.checked_at:%Y-%m-%d %H:%M}", tuple(marks))
