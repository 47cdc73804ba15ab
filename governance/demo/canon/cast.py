"""Whom the demo's calls are about: companies that are not promotable anyway and that no error blocks, so that no figure moves."""

from typing import NamedTuple
from uuid import UUID

from governance.models import Readiness
from governance.queries.canon import kept
from governance.toolbox.entries import Canon

MANY, FEW = 60, 8
CALLED_FROM = 75


class Company(NamedTuple):
    """A company of the spine."""

    outreach_id: UUID
    domain: str

    @property
    def entity(self) -> str:
        return str(self.outreach_id)


class Lead(NamedTuple):
    """A company whose score says that somebody may be called there."""

    outreach_id: UUID
    score: float

    @property
    def entity(self) -> str:
        return str(self.outreach_id)


def untargeted() -> list[Company]:
    """Return companies that have no company target yet: whatever was tried for them came too early."""
    rows = Readiness.objects.filter(ct_status=None, open_errors=0).order_by("outreach_id")
    return [Company(*row) for row in rows.values_list("outreach_id", "domain")[:MANY]]


def leads() -> list[Lead]:
    """Return companies that lack people alone, and whose score is high enough for a call."""
    rows = Readiness.objects.filter(
        promotable=False,
        open_errors=0,
        tier="TIER_2_ENRICHMENT_COMPLETE",
        outreach__bit_score__score__gte=CALLED_FROM,
    )
    scored = rows.order_by("-outreach__bit_score__score", "outreach_id")
    return [
        Lead(outreach_id, float(score))
        for outreach_id, score in scored.values_list("outreach_id", "outreach__bit_score__score")[
            :FEW
        ]
    ]


def canon() -> Canon:
    """Return the canon in force: that of a database that was just migrated."""
    found = kept.in_force().canon
    assert found is not None
    return found
