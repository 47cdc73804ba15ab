"""Coverage day by day, as it was kept."""

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, timedelta

from django.db.models import Max, Min, Sum

from enrichment.models import CoverageDay, Run
from enrichment.queries.coverage import Line
from enrichment.queries.status import BUCKETS
from governance.queries.readiness import snapshots


@dataclass(frozen=True)
class Change:
    """A workflow that has other figures than at the end of an earlier day: by how many, bucket by bucket."""

    workflow: str
    moved: dict[str, int]


def trend(entity_type: str, *, first: date) -> dict[date, dict[str, int]]:
    """Return the buckets of each kept day from `first` on, over all workflows of a type. One query."""
    rows = CoverageDay.objects.filter(entity_type=entity_type, day__gte=first)
    keyed = rows.order_by("day").values_list("day")
    summed = keyed.annotate(*(Sum(name) for name in BUCKETS))
    return {day: dict(zip(BUCKETS, counts, strict=True)) for day, *counts in summed}


def of(entity_type: str, day: date) -> list[CoverageDay]:
    """Return what was kept of a day, by workflow. One query."""
    rows = CoverageDay.objects.filter(entity_type=entity_type, day=day)
    return list(rows.select_related("workflow").order_by("workflow__workflow_name"))


def before(entity_type: str, day: date) -> date | None:
    """Return the latest kept day before another one."""
    rows = CoverageDay.objects.filter(entity_type=entity_type, day__lt=day)
    found: date | None = rows.aggregate(Max("day"))["day__max"]
    return found


def lines(kept: list[CoverageDay]) -> list[Line]:
    """Write kept days as lines."""
    return [Line(one.workflow, {name: getattr(one, name) for name in BUCKETS}) for one in kept]


def changes(now: list[Line], then: list[Line]) -> list[Change]:
    """Name the workflows whose figures differ; one that was not there then began with nothing."""
    earlier = {one.workflow.pk: one.buckets for one in then}
    found = []
    for one in now:
        moved = Counter(one.buckets)
        moved.subtract(earlier.get(one.workflow.pk, {}))
        if any(moved.values()):
            found.append(Change(one.workflow.workflow_name, dict(moved)))
    return found


def unkept(today: date, *, most: int) -> list[date]:
    """Return the days among the last `most` that have ended, that runs tell of, and that nobody kept."""
    first = first_day()
    if first is None:
        return []
    begin = max(first, today - timedelta(days=most))
    ended = [begin + timedelta(days=n) for n in range((today - begin).days)]
    rows = CoverageDay.objects.filter(day__gte=begin)
    known = set(rows.values_list("day", flat=True).distinct())
    return [day for day in ended if day not in known and _is_settled(day)]


def first_day() -> date | None:
    """Return the first day that a run tells of."""
    first = Run.objects.aggregate(Min("ran_at"))["ran_at__min"]
    return first.astimezone(UTC).date() if first else None


def _is_settled(day: date) -> bool:
    return snapshots.is_settled(snapshots.end_of(day))
