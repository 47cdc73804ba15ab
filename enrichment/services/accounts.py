"""What whoever runs a workflow says of a run: of what it is, and how it ended."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from enrichment.models import EntityType, Run, Workflow
from outreach_admin.db.limits import PROSE
from outreach_admin.exceptions import Refused

# what a column of counts takes
MOST = 2_147_483_647
# a run of before that is not told any more
LONGEST_PAST = timedelta(days=3_650)
COUNTS = ("in", "out", "skipped", "failed")
# what an entity is worth is told by what came out beyond the raw answer
BEYOND_RAW = ("extracted", "core", "reference")
# columns of a result that a second telling must agree with
TOLD = (
    "records_in",
    "records_out",
    "records_skipped",
    "records_failed",
    "records_in_extracted",
    "records_in_core",
    "layers",
    "credits",
    "error_class",
    "error_text",
)
ENDS = (
    Run.Status.COMPLETED,
    Run.Status.FAILED,
    Run.Status.SKIPPED,
    Run.Status.CANCELLED,
)


class AccountRefused(Refused):
    """What is said of a run cannot be so."""


@dataclass(frozen=True, kw_only=True)
class Origin:
    """Of what a run is, and where it comes from; times are the client's. `is_queued`: it waits to start."""

    workflow: str
    entity: str
    entity_type: str = ""
    source: str = ""
    trigger: str = Run.Trigger.REQUEST
    idempotency_key: str | None = None
    queued_at: datetime | None = None
    started_at: datetime | None = None
    is_queued: bool = False


@dataclass(frozen=True, kw_only=True)
class Result:
    """How a run ended; None where nobody says. `layers` are counts: {"raw": {"in": 1, "out": 1}}."""

    status: str
    completed_at: datetime | None = None
    records_in: int | None = None
    records_out: int | None = None
    records_skipped: int | None = None
    records_failed: int | None = None
    records_in_extracted: int | None = None
    records_in_core: int | None = None
    layers: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    credits: Decimal | None = None
    error_class: str = ""
    error_text: str = ""

    def columns(self) -> dict[str, Any]:
        """Return what it sets, sums and counts of layers filled in."""
        said = {name: getattr(self, name) for name in TOLD}
        said["error_text"] = self.error_text[:PROSE]
        filled = {name: self._counted(name) for name in TOLD[:6] if said[name] is None}
        return said | filled | {"status": self.status}

    def is_of(self, run: Run) -> bool:
        """Whether it says of `run` what is known already."""
        told = {
            name: value for name, value in self.columns().items() if value not in (None, "", {})
        }
        return all(getattr(run, name) == value for name, value in told.items())

    def _counted(self, name: str) -> int | None:
        counted = {
            "records_in": self._first("in"),
            "records_out": self._sum("out"),
            "records_skipped": self._sum("skipped"),
            "records_failed": self._sum("failed"),
            "records_in_extracted": self._of("extracted", "out"),
            "records_in_core": self._of("core", "out"),
        }
        return counted[name]

    def _of(self, layer: str, count: str) -> int | None:
        return self.layers.get(layer, {}).get(count)

    def _first(self, count: str) -> int | None:
        numbers = [self._of(layer, count) for layer in ("raw", *BEYOND_RAW)]
        return next((number for number in numbers if number is not None), None)

    def _sum(self, count: str) -> int | None:
        beyond = [self._of(layer, count) for layer in BEYOND_RAW]
        said = [number for number in beyond if number is not None]
        if sum(said) > MOST:
            raise AccountRefused(
                f"What layers count as {count} adds up to more than {MOST:,}.",
                what_to_do="Look at how it was counted.",
            )
        return sum(said) if said else self._of("raw", count)


def type_of(workflow: Workflow, asked: str) -> str:
    """Tell of which kind the entities of a workflow are. Raises AccountRefused for another one, or where nobody says."""
    known = workflow.key_type or ""
    if known and asked and asked != known:
        raise AccountRefused(f"The workflow “{workflow}” is about a {known}, not a {asked}.")
    found = known or asked
    if found not in EntityType.values:
        raise AccountRefused(
            f"The workflow “{workflow}” does not say what its keys are.",
            what_to_do="Send entity_type: company or person.",
        )
    return found


def told(given: datetime | None, *, now: datetime) -> datetime | None:
    """Return a client's moment, set back to `now` where its clock runs ahead. Raises AccountRefused for one ten years ago."""
    if given is None:
        return None
    if given < now - LONGEST_PAST:
        raise AccountRefused(
            f"{given.isoformat()} is more than ten years ago.",
            what_to_do="Look at the clock of whoever sent it.",
        )
    return min(given, now)
