"""The seed's rules of readiness in plain Python, over the values of rows: nothing of the product is used.

Source: seed 'Enforcement Implementation Summary' 1.4.
"""

from dataclasses import dataclass, field
from typing import Any

Row = dict[str, Any]
HUB_OF = {
    "outreach.company_target_errors": "HUB-COMPANY-TARGET",
    "outreach.dol_errors": "HUB-DOL",
    "people.people_errors": "HUB-PEOPLE",
}
OPEN = ("RETRY", "PARKED")
SLOTS_NEEDED = 3
EVERY_HUB, OUTREACH = "every hub", "Outreach"


@dataclass
class Company:
    """The rows of one outreach id."""

    target: Row | None = None
    filings: list[Row] = field(default_factory=list)
    slots: list[Row] = field(default_factory=list)
    blogs: list[Row] = field(default_factory=list)
    score: Row | None = None
    people: list[Row] = field(default_factory=list)
    errors: list[Row] = field(default_factory=list)
    violations: list[Row] = field(default_factory=list)

    @property
    def target_done(self) -> bool:
        facts = ("email_method", "confidence_score", "imo_completed_at")
        return (
            self.target is not None
            and self.target["execution_status"] == "ready"
            and all(self.target[fact] is not None for fact in facts)
        )

    @property
    def dol_done(self) -> bool:
        return any(bool(row["ein"]) and bool(row["filing_present"]) for row in self.filings)

    @property
    def people_done(self) -> bool:
        return sum(row["is_filled"] for row in self.slots) >= SLOTS_NEEDED

    @property
    def blog_done(self) -> bool:
        return bool(self.blogs)

    @property
    def bit_done(self) -> bool:
        return (
            self.score is not None
            and self.score["score"] is not None
            and self.score["signal_count"] > 0
        )

    @property
    def is_marketing_ready(self) -> bool:
        return (
            self.target is not None
            and self.target["execution_status"] == "ready"
            and self.target["email_method"] is not None
            and self.target["confidence_score"] is not None
            and float(self.target["confidence_score"]) >= 0.8
        )

    @property
    def tier(self) -> str:
        verified = any(row["email_verified"] for row in self.people)
        if self.target_done and self.people_done and verified:
            return "TIER_3_CAMPAIGN_READY"
        if self.target_done and self.blog_done and self.dol_done and self.bit_done:
            return "TIER_2_ENRICHMENT_COMPLETE"
        if self.is_marketing_ready:
            return "TIER_1_MARKETING_READY"
        return "TIER_0_ANCHOR_DONE" if self.target_done else "NOT_READY"

    def blocking(self, hub: str) -> list[Row]:
        """Return the errors and violations that block the hub."""
        errors = [
            row
            for row in self.errors
            if HUB_OF.get(row["error_table"]) == hub and row["disposition"] in OPEN
        ]
        return errors + [row for row in self.open_violations if row["hub_id"] == hub]

    @property
    def open_violations(self) -> list[Row]:
        return [row for row in self.violations if row["disposition"] in OPEN]

    @property
    def violations_elsewhere(self) -> list[Row]:
        """Return what blocks at no gate: it keeps a company from Outreach all the same."""
        return [row for row in self.open_violations if row["hub_id"] not in HUB_OF.values()]

    @property
    def promotable(self) -> bool:
        done = self.target_done and self.dol_done and self.people_done
        held = any(map(self.blocking, HUB_OF.values())) or bool(self.violations_elsewhere)
        return done and not held

    @property
    def bottleneck(self) -> str:
        """Name the first hub in waterfall order that is not done or blocked."""
        done = {
            "HUB-COMPANY-TARGET": self.target_done,
            "HUB-DOL": self.dol_done,
            "HUB-PEOPLE": self.people_done,
        }
        holding = (hub for hub, is_done in done.items() if not is_done or self.blocking(hub))
        return next(holding, "HUB-OUTREACH" if self.violations_elsewhere else "")

    @property
    def blockers(self) -> list[tuple[str, str, str]]:
        """List kind, severity and what it blocks."""
        found = []
        if not self.target_done:
            found.append(("DONE_STATE", "CRITICAL", EVERY_HUB))
        undone = [self.dol_done, self.people_done].count(False)
        found += [("DONE_STATE", "MEDIUM", OUTREACH)] * undone
        for hub in HUB_OF.values():
            blocked = EVERY_HUB if hub == "HUB-COMPANY-TARGET" else OUTREACH
            found += [("BLOCKING_ERROR", "HIGH", blocked)] * len(self.blocking(hub))
        found += [("BLOCKING_ERROR", "HIGH", OUTREACH)] * len(self.violations_elsewhere)
        return sorted(found)
