"""Charts of the backlog: day by day, and one day with the rows behind its figures."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import urlsplit

from django.urls import reverse

from governance.charts.errors import DAY, OPEN, midnight, moment
from governance.filters.archive import ArchiveFilter
from governance.filters.errors import ErrorFilter
from governance.models import ArchivedError, HubError
from governance.queries.readiness import backlog
from governance.queries.readiness.backlog import UNKNOWN, Figures
from governance.templatetags.addresses import archive_url, errors_url
from outreach_admin.ui.charts.marks import BANDS, Chart, Mark, Row, Series

DAYS = 30
CHANGES = (
    Series("Open at the end of the day", "run"),
    Series("Opened", "bad"),
    Series("Closed", "good"),
)
PLACES = (
    Series("In the queue", "retry"),
    Series("Resolved", "good"),
    Series("Archived", "rest"),
    Series("Archived after it was resolved", "wait"),
)
EVER = (*OPEN, "RESOLVED")


def by_day(at: datetime) -> Chart:
    """Open, opened and closed errors of each of the last days; a day that nobody counted is missing."""
    today = at.astimezone(UTC).date()
    first = today - (DAYS - 1) * DAY
    figures = backlog.kept(first, today) | {today: backlog.since(midnight(today))}
    days = [first + n * DAY for n in range(DAYS)]
    return Chart(
        name="backlog",
        title=f"Backlog over the last {DAYS} days",
        subject="Day",
        nouns="errors",
        series=CHANGES,
        rows=tuple(_day(day, figures.get(day, UNKNOWN)) for day in days),
        kind=BANDS,
        adds_up=False,
        note="An error is in the backlog from its creation until it is resolved or archived; "
        "days are those of UTC, the last one until now.",
    )


def of_day(day: date) -> Chart:
    """Errors that came into the backlog on a day, left it, and were in it at its end, by where they are now.

    Each is counted through the filter that its link carries.
    """
    start, end = moment(midnight(day)), moment(midnight(day + DAY))
    created = {"created_after": start, "created_before": end}
    resolved = {"resolved_after": start, "resolved_before": end}
    archived = {"archived_after": start, "archived_before": end}
    earlier = {"created_before": end}
    return Chart(
        name=f"{day}",
        title=f"Backlog on {day}",
        subject="Errors",
        nouns="errors",
        series=PLACES,
        rows=(
            _where("Opened", created, created, created, created),
            _where("Closed", None, resolved, archived, resolved),
            _where(
                "Open at the end of the day",
                earlier,
                earlier | {"resolved_after": end},
                earlier | {"archived_after": end},
                earlier | {"resolved_after": end},
            ),
        ),
        note="What is under “All” stands in two lists, the queue and the archive: follow its parts.",
    )


def kept(day: date) -> Figures:
    """Return the figures that are kept of a day."""
    return backlog.kept(day, day).get(day, UNKNOWN)


def _day(day: date, figures: Figures) -> Row:
    address = reverse("governance:backlog-day", args=[day])
    counts = (figures.open, figures.opened, figures.closed)
    return Row(f"{day}", tuple(Mark(count, address) for count in counts))


def _where(label: str, *spans: dict[str, Any] | None) -> Row:
    queue, resolved, archived, after = spans
    return Row(
        label,
        (
            _live(queue, OPEN),
            _live(resolved, ["RESOLVED"]),
            _archived(archived, OPEN),
            _archived(after, ["RESOLVED"]),
        ),
    )


def _live(span: dict[str, Any] | None, disposition: Sequence[str]) -> Mark:
    if span is None:
        return Mark(0)
    address = errors_url(**span, disposition=disposition)
    found = ErrorFilter.from_text(urlsplit(address).query, HubError.objects.all())
    return Mark(found.qs.count(), address)


def _archived(span: dict[str, Any] | None, was: Sequence[str]) -> Mark:
    if span is None:
        return Mark(0)
    address = archive_url(**span, final_disposition=was)
    found = ArchiveFilter.from_text(urlsplit(address).query, ArchivedError.objects.all())
    return Mark(found.qs.count(), address)
