"""How many companies stand how: now, and at the end of days, by tier, promotion and what they lack."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from governance.models import ReadinessSnapshot, Tier
from governance.queries.companies import standing
from governance.queries.companies.standing import NONE

COLUMNS = ("tier", "promotable", "reason", "bottleneck")


@dataclass(frozen=True)
class Figures:
    """Companies counted each way; reasons and bottlenecks are `none` where nothing lacks or holds."""

    companies: int = 0
    promotable: int = 0
    tiers: dict[str, int] = field(default_factory=dict)
    reasons: dict[str, int] = field(default_factory=dict)
    bottlenecks: dict[str, int] = field(default_factory=dict)


def now() -> Figures:
    """Count how companies stand now, from the counters. One query."""
    cube = standing.kept(COLUMNS)
    by_facet = {name: _counts(cube.by_facet({}).get(name, {})) for name in COLUMNS}
    return Figures(
        cube.total({}).count,
        by_facet["promotable"].get("true", 0),
        _by_tier(by_facet["tier"]),
        by_facet["reason"],
        by_facet["bottleneck"],
    )


def of_snapshot(snapshot: ReadinessSnapshot) -> Figures:
    """Add up the figures of a snapshot; none is read where they were prefetched."""
    tiers: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    promotable = 0
    for figure in snapshot.figures.all():
        tiers[figure.tier] += figure.companies
        reasons[figure.reason or NONE] += figure.companies
        promotable += figure.companies if figure.promotable else 0
    return Figures(
        sum(tiers.values()),
        promotable,
        _by_tier(tiers),
        dict(reasons),
    )


def _by_tier(found: dict[str, int]) -> dict[str, int]:
    return {tier.value: found.get(tier.value, 0) for tier in Tier}


def _counts(tallies: Any) -> dict[str, int]:
    listed: Iterable[Any] = tallies.items()
    return {value: tally.count for value, tally in listed if tally.count}
