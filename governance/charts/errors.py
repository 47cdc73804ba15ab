"""Charts of errors: where they are, how long they have been parked, when they expire."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from governance.models import Disposition, ErrorTable
from governance.models.errors import OPEN_DISPOSITIONS
from governance.queries.errors import ages, counts
from governance.templatetags.addresses import errors_url
from outreach_admin.ui.charts.marks import COLUMNS, Chart, Mark, Row, Series

DISPOSITIONS = {
    Disposition.RETRY: Series("Retry", "retry"),
    Disposition.PARKED: Series("Parked", "warn"),
    Disposition.IGNORE: Series("Ignored", "rest"),
    Disposition.RESOLVED: Series("Resolved", "good"),
    Disposition.ARCHIVED: Series("Archived in place", "none"),
}
OPEN = tuple(value.value for value in OPEN_DISPOSITIONS)
PLATFORM = "Platform"
LEVELS = {
    0: "Level 0, system",
    1: "Level 1, hub team",
    2: "Level 2, hub lead",
    3: "Level 3, platform team",
}
# when an error is escalated next, the oldest first
BOUNDS = (
    timedelta(days=7),
    timedelta(hours=48),
    timedelta(hours=24),
)
AGES = (
    Series("Over 7 days", "bad"),
    Series("2 to 7 days", "warn"),
    Series("24 to 48 h", "retry"),
    Series("Under 24 h", "wait"),
)
DAYS = 30
DAY = timedelta(days=1)


def errors_by_hub(at: datetime) -> Chart:
    """Live errors by hub and disposition, from the counters."""
    counted = counts.kept_by("error_table", "disposition")
    hubs: dict[tuple[str | None, str], list[str]] = {}
    for table in ErrorTable.objects.select_related("hub").order_by("hub__position", "name"):
        hub = (table.hub_id, table.hub.name) if table.hub else (None, PLATFORM)
        hubs.setdefault(hub, []).append(table.name)
    return Chart(
        name="errors",
        title="Errors by hub and disposition",
        subject="Hub",
        nouns="errors",
        series=tuple(DISPOSITIONS.values()),
        rows=tuple(
            _hub(
                counted,
                hub,
                name,
                tables,
            )
            for (hub, name), tables in hubs.items()
        ),
    )


def ageing(at: datetime) -> Chart:
    """Parked errors by escalation level and by how long ago they were parked."""
    bounds = [at - age for age in BOUNDS]
    counted = ages.parked(bounds)
    return Chart(
        name="ageing",
        title="Parked errors by level and age",
        subject="Escalation",
        nouns="errors",
        series=AGES,
        rows=tuple(_level(counted, level, bounds) for level in LEVELS),
        note="What stays parked for 24 h, 48 h and 7 days is escalated to the next level.",
    )


def expiring(at: datetime) -> Chart:
    """Open errors by the day on which their time to live runs out."""
    first = at.astimezone(UTC).date()
    days = [first + n * DAY for n in range(DAYS)]
    counted = ages.expiring(at=at, before=midnight(days[-1] + DAY))
    overdue = _expiring(counted, None, "Overdue", {"expires_before": moment(at)})
    return Chart(
        name="expiring",
        title=f"Expiring in the next {DAYS} days",
        subject="Day",
        nouns="errors",
        series=tuple(DISPOSITIONS[value] for value in OPEN_DISPOSITIONS),
        rows=(overdue, *(_expiring(counted, day, f"{day}", _on(day, at)) for day in days)),
        kind=COLUMNS,
        note="At expiry an error is archived, and the gate that it blocks opens.",
    )


def midnight(day: date) -> datetime:
    """Return the first moment of a day, in UTC."""
    return datetime.combine(day, time(), tzinfo=UTC)


def moment(at: datetime) -> str:
    """Write a moment as addresses carry it."""
    return f"{at.astimezone(UTC).replace(tzinfo=None).isoformat()}Z"


def _hub(
    counted: Mapping[tuple[Any, ...], int], hub: str | None, name: str, tables: Sequence[str]
) -> Row:
    whole: dict[str, Any] = {"hub": hub} if hub else {"error_table": tables}
    marks = []
    for disposition in DISPOSITIONS:
        rows = sum(counted.get((table, disposition.value), 0) for table in tables)
        marks.append(Mark(rows, errors_url(**whole, disposition=disposition.value)))
    return Row(name, tuple(marks), errors_url(**whole))


def _level(counted: Mapping[tuple[int, int], int], level: int, bounds: Sequence[datetime]) -> Row:
    whole = {"disposition": "PARKED", "escalation_level": level}
    starts = ["", *map(moment, bounds)]
    ends = [*map(moment, bounds), ""]
    marks = []
    for place, (start, end) in enumerate(zip(starts, ends, strict=True)):
        address = errors_url(**whole, parked_after=start, parked_before=end)
        marks.append(Mark(counted.get((level, place), 0), address))
    return Row(LEVELS[level], tuple(marks), errors_url(**whole))


def _on(day: date, at: datetime) -> dict[str, str]:
    return {
        "expires_after": moment(max(at, midnight(day))),
        "expires_before": moment(midnight(day + DAY)),
    }


def _expiring(
    counted: Mapping[tuple[date | None, str], int],
    day: date | None,
    label: str,
    span: Mapping[str, str],
) -> Row:
    marks = tuple(
        Mark(
            counted.get((day, disposition), 0),
            errors_url(**span, disposition=disposition),
        )
        for disposition in OPEN
    )
    return Row(label, marks, errors_url(**span, disposition=OPEN))
