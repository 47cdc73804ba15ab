"""Charts of coverage: each workflow in six parts, and all of them over the last days."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from enrichment.addresses import coverage_url, entities_url
from enrichment.models import EntityType
from enrichment.queries import coverage
from enrichment.queries.coverage import Coverage, Line
from enrichment.queries.figures import days
from enrichment.queries.status import BUCKETS
from outreach_admin.ui.charts.marks import COLUMNS, Chart, Mark, Row, Series

# days
SHOWN = 30
LABELS = {name: name.replace("_", " ").capitalize() for name in BUCKETS}
FILLS = {
    "completed": "good",
    "running": "run",
    "pending": "wait",
    "failed": "bad",
    "stale": "warn",
    "not_run": "idle",
}
SERIES = tuple(Series(LABELS[name], FILLS[name]) for name in BUCKETS)
NOUNS = {
    EntityType.COMPANY.value: ("company", "companies"),
    EntityType.PERSON.value: ("person", "people"),
}
NAMES = ("workflows", "trend")


def make(name: str, entity_type: str, *, at: datetime) -> Chart | None:
    """Make the chart of that name, if there is one."""
    if name == "workflows":
        return workflows(coverage.whole(entity_type))
    if name == "trend":
        return trend(entity_type, at=at)
    return None


def workflows(found: Coverage) -> Chart:
    """Each active workflow as a bar whose parts add up to all entities."""
    _, nouns = NOUNS[found.entity_type]
    return Chart(
        name="workflows",
        title=f"{nouns.capitalize()} by state for each workflow",
        subject="Workflow",
        nouns=nouns,
        series=SERIES,
        rows=tuple(row(found.entity_type, one) for one in found.lines),
    )


def row(entity_type: str, line: Line) -> Row:
    """Count one workflow; every part leads to its entities."""
    name = line.workflow.workflow_name
    marks = (
        Mark(count, entities_url(type=entity_type, workflow=name, state=bucket))
        for bucket, count in line.buckets.items()
    )
    return Row(name, tuple(marks), entities_url(type=entity_type, workflow=name))


def trend(entity_type: str, *, at: datetime) -> Chart:
    """All active workflows over the last days, as they were kept; each day leads to its figures by workflow."""
    _, nouns = NOUNS[entity_type]
    today = at.date()
    first = today - timedelta(days=SHOWN)
    kept = days.trend(entity_type, first=first)
    shown = (first + timedelta(days=n) for n in range(SHOWN))
    return Chart(
        name="trend",
        title=f"Coverage over the last {SHOWN} days",
        subject="Day",
        nouns=f"{nouns} of each workflow",
        series=SERIES,
        rows=tuple(_day(entity_type, day, kept.get(day)) for day in shown),
        kind=COLUMNS,
        note=f"At the end of each day in UTC: {nouns} by state, those of all active workflows added up.",
    )


def _day(entity_type: str, day: date, kept: Mapping[str, int] | None) -> Row:
    if kept is None:
        return Row(f"{day}", tuple(Mark(None) for _ in BUCKETS))
    url = coverage_url(entity_type, day)
    return Row(f"{day}", tuple(Mark(kept[name], url) for name in BUCKETS), url)
