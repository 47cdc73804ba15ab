"""How the figures of readiness went over some days, from the snapshots alone."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from governance.models import ReadinessFigure, ReadinessSnapshot, Reason, Tier


@dataclass(frozen=True)
class Measure:
    """What is counted; `filter` gives the companies that are counted now."""

    name: str
    label: str
    filter: str


TIERS = tuple(Measure(tier.value, tier.label, f"tier={tier.value}") for tier in Tier)
PROMOTABLE = Measure("promotable", "Promotable to Outreach", "promotable=true")
# what keeps a company from being ready at all
REASONS = tuple(
    Measure(
        reason.value,
        str(reason.label).capitalize(),
        f"tier={Tier.NOT_READY.value}&reason={reason.value}",
    )
    for reason in (
        Reason.CT_MISSING,
        Reason.CT_PENDING,
        Reason.CT_FAILED,
        Reason.CT_BLOCKED,
        Reason.CT_INCOMPLETE,
    )
)
MEASURES = (*TIERS, PROMOTABLE, *REASONS)


@dataclass(frozen=True)
class Day:
    """One day: `figures` by measure, None where there is no snapshot; `is_break` where a tier began to mean something else."""

    day: date
    at: datetime | None = None
    definition: int | None = None
    figures: Counter[str] | None = None
    is_break: bool = False

    def value(self, measure: Measure) -> int | None:
        """Return a figure, 0 where nobody stood so, None where it is not known."""
        return None if self.figures is None else self.figures[measure.name]


@dataclass(frozen=True)
class Trend:
    """Successive days, the missing ones among them."""

    days: Sequence[Day]

    @property
    def kept(self) -> list[Day]:
        """Return the days with a snapshot."""
        return [day for day in self.days if day.figures is not None]

    @property
    def missing(self) -> int:
        """Count the days without one."""
        return len(self.days) - len(self.kept)

    @property
    def breaks(self) -> list[Day]:
        """Return the days on which a tier began to mean something else."""
        return [day for day in self.days if day.is_break]

    def values(self, measure: Measure) -> list[int | None]:
        """Return one measure day by day."""
        return [day.value(measure) for day in self.days]

    def change(self, measure: Measure) -> int | None:
        """Return by how much a measure grew; None across two definitions, or of fewer than two days."""
        kept = self.kept
        if len(kept) < 2 or self.breaks:
            return None
        return kept[-1].value(measure) - kept[0].value(measure)  # type: ignore[operator]


def over(first: date, last: date) -> Trend:
    """Read the snapshots from `first` to `last`: two queries."""
    kept = {one.day: one for one in ReadinessSnapshot.objects.filter(day__range=(first, last))}
    figures = _figures(first, last)
    days = []
    before = None
    for n in range((last - first).days + 1):
        found = kept.get(first + timedelta(days=n))
        if found is None:
            days.append(Day(first + timedelta(days=n)))
            continue
        changed = before not in (None, found.definition)
        counted = figures.get(found.pk, Counter())
        days.append(Day(found.day, found.at, found.definition, counted, changed))
        before = found.definition
    return Trend(days)


def _figures(first: date, last: date) -> dict[int, Counter[str]]:
    found: dict[int, Counter[str]] = {}
    rows = ReadinessFigure.objects.filter(snapshot__day__range=(first, last)).values_list(
        "snapshot_id", "tier", "reason", "promotable", "companies"
    )
    for snapshot, tier, reason, promotable, companies in rows:
        day = found.setdefault(snapshot, Counter())
        day[tier] += companies
        if promotable:
            day[PROMOTABLE.name] += companies
        if tier == Tier.NOT_READY:
            day[reason] += companies
    return found
