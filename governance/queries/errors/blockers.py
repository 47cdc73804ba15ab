"""What keeps a company from promotion, and what would open when an error is gone."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Min

from governance.models import HubError, Readiness
from governance.models.hubs import ANCHOR

MOST_ERRORS = 50
EVERY_HUB, OUTREACH = "every hub", "Outreach"
GATED = ("DOL", "People", "Blog", "BIT")


@dataclass(frozen=True)
class Blocker:
    """One thing in the way: `kind` DONE_STATE or BLOCKING_ERROR. Source: spec 'DONE, tiers, promotion'."""

    kind: str
    words: str
    severity: str
    hub: str
    note: str = ""
    error: HubError | None = None


def of(outreach_id: UUID, readiness: Readiness | None) -> list[Blocker]:
    """List what keeps an id from promotion, the worst first. One query, at most 50 errors."""
    errors = (
        HubError.objects.filter(outreach_id=outreach_id)
        .blocking()
        .select_related("error_table")
        .defer("message", "details")
    )
    found = [
        *_undone(readiness),
        *(_error(error) for error in errors.order_by("created_at")[:MOST_ERRORS]),
    ]
    order = {"CRITICAL": 0, "HIGH": 1, "MEDIUM": 2}
    return sorted(found, key=lambda blocker: order[blocker.severity])


def oldest(ids: Collection[UUID]) -> dict[UUID, datetime]:
    """Tell since when each of these companies has had an error that blocks it; those without one are left out. One query."""
    found = HubError.objects.blocking().filter(outreach__in=ids).order_by()
    return dict(found.values_list("outreach").annotate(Min("created_at")))


def readiness_of(error: HubError) -> Readiness | None:
    """Read how ready the error's company is, and what this error alone keeps shut. One query."""
    if error.outreach_id is None:
        return None
    rows = Readiness.objects.without_error_of(error.error_table.hub_id)
    return rows.filter(pk=error.outreach_id).first()


def gates_alone(error: HubError, readiness: Readiness | None) -> list[str]:
    """Name the gates that open when this error alone no longer blocks; `readiness` as readiness_of() gives it."""
    if readiness is None or not error.is_blocking:
        return []
    hubs = GATED if readiness.opens_hubs else ()
    return [*hubs, *([OUTREACH] if readiness.opens_promotion else ())]


def _undone(readiness: Readiness | None) -> list[Blocker]:
    if readiness is None:
        return []
    status = f"status {readiness.ct_status}" if readiness.ct_status else "no record"
    states = (
        (readiness.ct_done, "Company target not done", "CRITICAL", EVERY_HUB, status),
        (readiness.dol_done, "DOL not done", "MEDIUM", OUTREACH, ""),
        (
            readiness.people_done,
            "People not done",
            "MEDIUM",
            OUTREACH,
            f"{readiness.filled_slots} of {readiness.required_slots} slots filled",
        ),
    )
    return [
        Blocker("DONE_STATE", words, severity, hub, note)
        for done, words, severity, hub, note in states
        if not done
    ]


def _error(error: HubError) -> Blocker:
    hub = EVERY_HUB if error.error_table.hub_id == ANCHOR else OUTREACH
    return Blocker("BLOCKING_ERROR", error.code, "HIGH", hub, error.disposition, error)
